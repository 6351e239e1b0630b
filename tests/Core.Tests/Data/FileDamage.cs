using CsCheck;

namespace ResearchKit.Core.Tests.Data;

/// <summary>Damages files at random: whatever the bytes, a reader gives a result or a <see cref="MalformedFileException"/> that names the file.</summary>
internal static class FileDamage
{
    // A damaged file must not make a reader count to 2^31; far above what a loaded machine takes for a sound one.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="files">Files that are right.</param>
    /// <param name="cases">How many damaged files are tried.</param>
    /// <param name="read">Reads one and gives how many elements came.</param>
    /// <param name="threads">How many at once; 1 where the reader takes one file's place after another.</param>
    /// <param name="isPlaceKnown">Whether every error says the offset or the line.</param>
    /// <param name="name">What the file is called: for readers that go by the extension, or by a path.</param>
    internal static void Check(
        byte[][] files,
        int cases,
        Func<Stream, string, Task<long>> read,
        int threads = -1,
        bool isPlaceKnown = true,
        string name = "damaged"
    ) =>
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 4], Gen.Int[0, 1 << 20], Gen.Int[0, 3])
            .Sample(
                (file, changes, cut, kind) =>
                {
                    byte[] bytes = [.. files[file]];
                    if ((kind & 1) == 0)
                    {
                        foreach ((int place, byte value) in changes)
                            bytes[place % bytes.Length] = value;
                    }

                    if (kind >= 2 || kind == 1)
                        bytes = bytes[..(cut % (bytes.Length + 1))];
                    try
                    {
                        Task<long> reading = Task.Run(() => read(new MemoryStream(bytes), name));
                        Assert.That(
                            Task.WaitAny(reading, Task.Delay(Patience)),
                            Is.Zero,
                            () => $"Still reading {Convert.ToBase64String(bytes)}"
                        );
                        Assert.That(reading.GetAwaiter().GetResult(), Is.GreaterThanOrEqualTo(0));
                    }
                    catch (MalformedFileException e)
                    {
                        Assert.That(e.Path, Is.EqualTo(name));
                        Assert.That(!isPlaceKnown || e.ByteOffset is not null || e.Line is not null, Is.True, e.Message);
                    }
                },
                iter: cases,
                threads: threads
            );
}
