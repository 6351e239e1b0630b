using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Storage;

public class ChecksumTests
{
    [Test]
    public void Published_digests()
    {
        Assert.That(Checksum.Sha256("abc"u8), Is.EqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        Assert.That(Checksum.XxHash128(""u8), Is.EqualTo("99aa06d3014798d86001c324468d497f"));
    }

    [Test]
    public async Task A_file_and_a_stream_have_the_digest_of_their_bytes()
    {
        var content = new byte[1_000_003];
        for (var i = 0; i < content.Length; i++)
        {
            content[i] = (byte)(i * 31 >> 3);
        }
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"checksum-{TestContext.CurrentContext.Test.ID}.bin");
        await File.WriteAllBytesAsync(path, content);
        try
        {
            Assert.That(await Checksum.Sha256OfFileAsync(path), Is.EqualTo(Checksum.Sha256(content)));
            Assert.That(await Checksum.XxHash128OfFileAsync(path), Is.EqualTo(Checksum.XxHash128(content)));
            Assert.That(await Checksum.Sha256Async(new MemoryStream(content)), Is.EqualTo(Checksum.Sha256(content)));
            Assert.That(
                async () => await Checksum.Sha256OfFileAsync(path, new CancellationToken(true)),
                Throws.InstanceOf<OperationCanceledException>()
            );
        }
        finally
        {
            File.Delete(path);
        }
    }
}
