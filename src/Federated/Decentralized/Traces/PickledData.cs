using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Plain data in Python's pickle format, protocols 2 to 5: maps, lists, tuples, numbers, texts, None, true and false. Every other instruction is refused, above all those that would call something: nothing of the file is ever executed.
/// </summary>
internal static class PickledData
{
    private static readonly object Mark = new();

    internal static object? Read(ReadOnlySpan<byte> bytes, string path)
    {
        List<object?> stack = [];
        List<object?> memo = [];
        int at = 0;
        while (at < bytes.Length)
        {
            byte code = bytes[at++];
            switch ((char)code)
            {
                case '\x80': // protocol
                    at++;
                    break;
                case '\x95': // frame
                    at += 8;
                    break;
                case '}':
                    stack.Add(new Dictionary<object, object?>());
                    break;
                case ']':
                    stack.Add(new List<object?>());
                    break;
                case ')':
                    stack.Add(new List<object?>());
                    break;
                case '(':
                    stack.Add(Mark);
                    break;
                case 'N':
                    stack.Add(null);
                    break;
                case '\x88':
                    stack.Add(true);
                    break;
                case '\x89':
                    stack.Add(false);
                    break;
                case 'K':
                    stack.Add((double)Take(bytes, ref at, 1, path)[0]);
                    break;
                case 'M':
                    stack.Add((double)BinaryPrimitives.ReadUInt16LittleEndian(Take(bytes, ref at, 2, path)));
                    break;
                case 'J':
                    stack.Add((double)BinaryPrimitives.ReadInt32LittleEndian(Take(bytes, ref at, 4, path)));
                    break;
                case '\x8a': // a long number
                    int digits = Take(bytes, ref at, 1, path)[0];
                    stack.Add((double)new BigInteger(Take(bytes, ref at, digits, path)));
                    break;
                case 'G':
                    stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(bytes, ref at, 8, path)));
                    break;
                case 'X':
                    stack.Add(Text(bytes, ref at, BinaryPrimitives.ReadInt32LittleEndian(Take(bytes, ref at, 4, path)), path));
                    break;
                case '\x8c':
                    stack.Add(Text(bytes, ref at, Take(bytes, ref at, 1, path)[0], path));
                    break;
                case 'q':
                    Remember(memo, Take(bytes, ref at, 1, path)[0], stack, path, at);
                    break;
                case 'r':
                    Remember(memo, BinaryPrimitives.ReadInt32LittleEndian(Take(bytes, ref at, 4, path)), stack, path, at);
                    break;
                case '\x94':
                    Remember(memo, memo.Count, stack, path, at);
                    break;
                case 'h':
                    stack.Add(Recall(memo, Take(bytes, ref at, 1, path)[0], path, at));
                    break;
                case 'j':
                    stack.Add(Recall(memo, BinaryPrimitives.ReadInt32LittleEndian(Take(bytes, ref at, 4, path)), path, at));
                    break;
                case '\x85' or '\x86' or '\x87': // tuples of one to three
                    Tuple(stack, code - 0x84, path, at);
                    break;
                case 't':
                    stack.Add(Since(stack, path, at));
                    break;
                case 'a':
                    object? item = Pop(stack, path, at);
                    Top<List<object?>>(stack, path, at).Add(item);
                    break;
                case 'e':
                    List<object?> items = Since(stack, path, at);
                    Top<List<object?>>(stack, path, at).AddRange(items);
                    break;
                case 's':
                    object? value = Pop(stack, path, at);
                    object? key = Pop(stack, path, at);
                    Put(Top<Dictionary<object, object?>>(stack, path, at), key, value, path, at);
                    break;
                case 'u':
                    List<object?> pairs = Since(stack, path, at);
                    Dictionary<object, object?> map = Top<Dictionary<object, object?>>(stack, path, at);
                    for (int i = 0; i + 1 < pairs.Count; i += 2)
                    {
                        Put(map, pairs[i], pairs[i + 1], path, at);
                    }

                    break;
                case '.':
                    return Pop(stack, path, at);
                default:
                    throw Wrong(
                        path,
                        at - 1,
                        "plain data: maps, lists, numbers and texts",
                        string.Create(CultureInfo.InvariantCulture, $"the instruction 0x{code:x2}, which is refused: it could run code")
                    );
            }
        }

        throw Wrong(path, at, "the end of the data", "the end of the file");
    }

    internal static double? Number(object? value) => value is double number && double.IsFinite(number) ? number : null;

    internal static string Describe(object? value) =>
        value switch
        {
            null => "None",
            IReadOnlyDictionary<object, object?> map => $"a map of {map.Count}",
            List<object?> list => $"a list of {list.Count}",
            _ => $"{value}",
        };

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, ref int at, int count, string path)
    {
        if (count < 0 || count > bytes.Length - at)
        {
            throw Wrong(path, at, $"{count} more bytes", $"{bytes.Length - at}");
        }

        at += count;
        return bytes.Slice(at - count, count);
    }

    private static string Text(ReadOnlySpan<byte> bytes, ref int at, int length, string path) =>
        Encoding.UTF8.GetString(Take(bytes, ref at, length, path));

    private static void Remember(List<object?> memo, int place, List<object?> stack, string path, int at)
    {
        if (place < 0 || place > memo.Count || stack.Count == 0)
        {
            throw Wrong(path, at, "a place in order", $"{place}");
        }

        if (place == memo.Count)
        {
            memo.Add(stack[^1]);
        }
        else
        {
            memo[place] = stack[^1];
        }
    }

    private static object? Recall(List<object?> memo, int place, string path, int at) =>
        (uint)place < (uint)memo.Count ? memo[place] : throw Wrong(path, at, "a place that was filled", $"{place}");

    private static object? Pop(List<object?> stack, string path, int at)
    {
        if (stack.Count == 0)
        {
            throw Wrong(path, at, "a value", "nothing");
        }

        object? top = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private static T Top<T>(List<object?> stack, string path, int at)
        where T : class =>
        stack.Count > 0 && stack[^1] is T top
            ? top
            : throw Wrong(path, at, "a map or a list", stack.Count == 0 ? "nothing" : Describe(stack[^1]));

    private static List<object?> Since(List<object?> stack, string path, int at)
    {
        int mark = stack.LastIndexOf(Mark);
        if (mark < 0)
        {
            throw Wrong(path, at, "a mark", "none");
        }

        List<object?> items = stack[(mark + 1)..];
        stack.RemoveRange(mark, stack.Count - mark);
        return items;
    }

    private static void Tuple(List<object?> stack, int count, string path, int at)
    {
        if (stack.Count < count)
        {
            throw Wrong(path, at, $"{count} values", $"{stack.Count}");
        }

        List<object?> items = stack[^count..];
        stack.RemoveRange(stack.Count - count, count);
        stack.Add(items);
    }

    private static void Put(Dictionary<object, object?> map, object? key, object? value, string path, int at) =>
        map[key ?? throw Wrong(path, at, "a key", "None")] = value;

    private static MalformedFileException Wrong(string path, int at, string expected, string found) =>
        new(path, expected, found, byteOffset: at);
}
