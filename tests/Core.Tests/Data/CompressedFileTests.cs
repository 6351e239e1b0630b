using System.IO.Compression;
using CsCheck;
using ResearchKit.Data;
using ZstdSharp;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed class CompressedFileTests
{
    private static readonly Gen<byte[]> Content = Gen.OneOf(
        Gen.Byte.Array[1, 3000],
        Gen.Select(Gen.Byte, Gen.Int[1, 300_000]).Select((value, length) => Enumerable.Repeat(value, length).ToArray()),
        Gen.Int[1, 60_000].Select(n => System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, n))))
    );

    [Test]
    public Task GzipOfSeveralMembersIsReadWhole() =>
        Gen.Select(Content.Array[1, 4], Gen.Int[0, 20], Gen.Bool)
            .SampleAsync(
                async (members, padding, isAsync) =>
                {
                    byte[] packed = [.. members.SelectMany(Gzip), .. new byte[padding]];
                    Assert.That(await Read(packed, isAsync), Is.EqualTo(members.SelectMany(m => m)));
                },
                iter: 60
            );

    [Test]
    public Task TruncatedGzipIsNoticedAtEveryLength() =>
        Gen.Select(Content, Gen.Int[1, int.MaxValue], Gen.Bool)
            .SampleAsync(
                async (content, cut, isAsync) =>
                {
                    byte[] packed = Gzip(content);
                    int length = 2 + (cut % (packed.Length - 2)); // two bytes make it gzip
                    if (length < packed.Length)
                        await Damaged(packed[..length], isAsync);
                },
                iter: 200
            );

    [Test]
    public Task FlippedBitsInGzipAreNoticed() =>
        Gen.Select(Content, Gen.Int[0, int.MaxValue], Gen.Int[0, 7], Gen.Bool)
            .SampleAsync(
                async (content, place, bit, isAsync) =>
                {
                    byte[] packed = Gzip(content);
                    int at = 10 + (place % (packed.Length - 10)); // the header's time and system carry no content
                    packed[at] ^= (byte)(1 << bit);
                    try
                    {
                        // A flipped bit may be one that deflate does not use; then the content is the same.
                        Assert.That(await Read(packed, isAsync), Is.EqualTo(content));
                    }
                    catch (Exception e) when (CompressedFile.IsDamage(e))
                    {
                        Assert.That(e.Message, Is.Not.Empty);
                    }
                },
                iter: 300
            );

    [Test]
    public async Task HeadersWithNamesAndExtraFieldsAreRead()
    {
        byte[] plain = Gzip([1, 2, 3]);
        byte[] body = plain[10..];
        byte[] full = [0x1F, 0x8B, 8, 0x1E, 0, 0, 0, 0, 0, 255, 4, 0, .. "more"u8, .. "name.txt\0"u8, .. "a comment\0"u8, 0, 0, .. body];
        Assert.That(await Read(full, isAsync: true), Is.EqualTo(new byte[] { 1, 2, 3 }));
        await Damaged([.. plain, 7, 7, 7], isAsync: true);

        byte[] empty = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.That(await Read(empty, isAsync: true), Is.Empty);
        Assert.That(await Read([.. empty, .. empty, .. plain, .. empty, 0, 0], isAsync: false), Is.EqualTo(new byte[] { 1, 2, 3 }));
        await Damaged(empty[..^2], isAsync: true);
    }

    [Test]
    public Task TruncatedZstdIsNoticed() =>
        Gen.Select(Content, Gen.Int[0, int.MaxValue])
            .SampleAsync(
                async (content, cut) =>
                {
                    using var buffer = new MemoryStream();
                    using (var zstd = new CompressionStream(buffer, leaveOpen: true))
                        zstd.Write(content);
                    byte[] packed = buffer.ToArray();
                    Assert.That(await Read(packed, isAsync: true), Is.EqualTo(content));
                    int length = 4 + (cut % (packed.Length - 4));
                    if (length < packed.Length)
                        await Damaged(packed[..length], isAsync: true);
                },
                iter: 100
            );

    [Test]
    public async Task AnythingElseIsReadAsItIs()
    {
        foreach (
            byte[] content in (byte[][])
                [
                    [],
                    [0x1F],
                    [1, 2, 3],
                    [.. "plain text, longer than the probe"u8],
                ]
        )
            Assert.That(await Read(content, isAsync: true), Is.EqualTo(content));
    }

    private static async Task Damaged(byte[] packed, bool isAsync)
    {
        try
        {
            await Read(packed, isAsync);
        }
        catch (Exception e) when (CompressedFile.IsDamage(e))
        {
            return;
        }

        Assert.Fail($"{packed.Length} bytes were read as if they were whole.");
    }

    private static async Task<byte[]> Read(byte[] packed, bool isAsync)
    {
        await using Stream stream = await CompressedFile.DecompressAsync(
            new MemoryStream(packed),
            leaveOpen: false,
            CancellationToken.None
        );
        using var content = new MemoryStream();
        if (isAsync)
            await stream.CopyToAsync(content);
        else
            stream.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return buffer.ToArray();
    }
}
