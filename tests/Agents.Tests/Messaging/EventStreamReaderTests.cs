using System.Text;
using System.Text.Json;
using CsCheck;
using ResearchKit.Goldens;

namespace ResearchKit.Agents.Tests.Messaging;

public class EventStreamReaderTests
{
    [Test]
    public async Task Golden_streams_give_the_golden_events()
    {
        using JsonDocument golden = GoldenFiles.Json("agents", "sse.json");
        List<string> wrong = [];
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            byte[] bytes = Encoding.UTF8.GetBytes(c.GetProperty("stream").GetString()!);
            EventStreamReader reader = new(new MemoryStream(bytes));
            List<EventStreamItem> events = [];
            await foreach (EventStreamItem e in reader.ReadAsync())
            {
                events.Add(e);
            }
            EventStreamItem[] expected =
            [
                .. c.GetProperty("events")
                    .EnumerateArray()
                    .Select(e => new EventStreamItem(
                        e.GetProperty("event").GetString()!,
                        e.GetProperty("id").GetString(),
                        e.GetProperty("data").GetString()!
                    )),
            ];
            double? retry = c.GetProperty("retry").ValueKind == JsonValueKind.Null ? null : c.GetProperty("retry").GetDouble();
            if (!events.SequenceEqual(expected) || reader.Retry?.TotalMilliseconds != retry)
            {
                wrong.Add($"{c.GetProperty("stream").GetRawText()}: {string.Join(" | ", events)} retry {reader.Retry}");
            }
        }
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Any_chunking_gives_the_same_events() =>
        Gen.Select(Gen.Int[1, 7].Array[1, 20], Gen.Int[0, 1_000])
            .Sample(
                (sizes, salt) =>
                {
                    string text =
                        $"id: t-1\nevent: status\ndata: {{\"a\":{salt}}}\n\n: hb\n\ndata: x\r\ndata: y\r\n\r\nid: t-2\ndata: ü😀\n\n";
                    List<EventStreamItem> whole = Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));
                    List<EventStreamItem> chunked = Read(new Chunked(Encoding.UTF8.GetBytes(text), sizes));
                    return whole.Count == 3 && whole.SequenceEqual(chunked);
                },
                iter: 200
            );

    [Test]
    public void A_line_without_end_is_refused() =>
        Assert.That(
            () => Read(new MemoryStream(Encoding.UTF8.GetBytes("data: " + new string('a', 2 << 20)))),
            Throws.TypeOf<ResearchKitException>().With.Message.Contains("line")
        );

    private static List<EventStreamItem> Read(Stream stream) => new EventStreamReader(stream).ReadAsync().ToBlockingEnumerable().ToList();

    private sealed class Chunked(byte[] bytes, int[] sizes) : MemoryStream(bytes)
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, sizes[_next++ % sizes.Length])], cancellationToken);
    }
}
