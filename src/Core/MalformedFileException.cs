using System.Globalization;

namespace ResearchKit;

/// <summary>The content of a file is wrong: where, what was expected, what was found. Nothing has been written.</summary>
public sealed class MalformedFileException : ResearchKitException
{
    /// <summary>Reports a file whose content is wrong.</summary>
    /// <param name="path">The file, or the name of the stream.</param>
    /// <param name="expected">What should stand there.</param>
    /// <param name="found">What stands there; shortened to 80 characters in the message.</param>
    /// <param name="line">The line, counted from 1, if the file is text.</param>
    /// <param name="column">The column, counted from 1, or null.</param>
    /// <param name="byteOffset">The offset in bytes from the start, if the file is binary.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public MalformedFileException(
        string path,
        string expected,
        string found,
        long? line = null,
        long? column = null,
        long? byteOffset = null,
        Exception? innerException = null
    )
        : base(
            ErrorCodes.MalformedFile,
            $"{path}{Position(line, column, byteOffset)}: expected {expected}, found {Shorten(found)}",
            "Correct the file, or name another one.",
            innerException
        )
    {
        Path = path;
        Expected = expected;
        Found = found;
        Line = line;
        Column = column;
        ByteOffset = byteOffset;
    }

    /// <summary>The file, or the name of the stream.</summary>
    public string Path { get; }

    /// <summary>What should stand there.</summary>
    public string Expected { get; }

    /// <summary>What stands there.</summary>
    public string Found { get; }

    /// <summary>The line, counted from 1, if the file is text.</summary>
    public long? Line { get; }

    /// <summary>The column, counted from 1.</summary>
    public long? Column { get; }

    /// <summary>The offset in bytes from the start, if the file is binary.</summary>
    public long? ByteOffset { get; }

    private static string Position(long? line, long? column, long? byteOffset) =>
        (line, column, byteOffset) switch
        {
            ({ } l, { } c, _) => string.Create(CultureInfo.InvariantCulture, $", line {l}, column {c}"),
            ({ } l, null, _) => string.Create(CultureInfo.InvariantCulture, $", line {l}"),
            (_, _, { } b) => string.Create(CultureInfo.InvariantCulture, $", byte {b}"),
            _ => "",
        };

    private static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");
}
