using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Storage;

public class HashingStreamTests
{
    [Test]
    public async Task Bytes_pass_unchanged_and_are_hashed_whichever_way_they_go()
    {
        var content = Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7)).ToArray();
        var target = new MemoryStream();
        await using (var writing = new HashingStream(target, leaveOpen: true))
        {
            writing.Write(content, 0, 10);
            writing.WriteByte(content[10]);
            await writing.WriteAsync(content.AsMemory(11, 1000));
            await writing.WriteAsync(content.AsMemory(1011));
            Assert.That(writing.Sha256, Is.EqualTo(Checksum.Sha256(content)));
            Assert.That(writing.BytesPassed, Is.EqualTo(content.Length));
        }
        Assert.That(target.ToArray(), Is.EqualTo(content));

        await using var reading = new HashingStream(new MemoryStream(content));
        Assert.That(reading.ReadByte(), Is.EqualTo(content[0]));
        Assert.That(reading.Sha256, Is.EqualTo(Checksum.Sha256(content.AsSpan(0, 1))));
        var copy = new MemoryStream();
        await reading.CopyToAsync(copy);
        Assert.That(reading.Sha256, Is.EqualTo(Checksum.Sha256(content)));
        Assert.That(() => reading.Seek(0, SeekOrigin.Begin), Throws.TypeOf<NotSupportedException>());
    }
}
