using CsCheck;
using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed class VectorFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task TheBytesAreThoseOfTheFormat()
    {
        byte[] floats = [2, 0, 0, 0, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F];
        List<float[]> read = await VectorFile.ReadAsync<float>(new MemoryStream(floats), "x").ToListAsync();
        Assert.That(read, Is.EqualTo(new float[][] { [1.5f, -2], [0, 1] }));
        string path = Path.Combine(_folder.Path, "x.fvecs");
        await VectorFile.SaveAsync(path, read);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(floats));
        Assert.That(
            await VectorFile.ReadAsync<int>(new MemoryStream([1, 0, 0, 0, 254, 255, 255, 255]), "x").ToListAsync(),
            Is.EqualTo(new int[][] { [-2] })
        );
        Assert.That(
            await VectorFile.ReadAsync<byte>(new MemoryStream([3, 0, 0, 0, 1, 2, 255]), "x").ToListAsync(),
            Is.EqualTo(new byte[][] { [1, 2, 255] })
        );
        Assert.That(await VectorFile.ReadAsync<byte>(new MemoryStream([]), "x").ToListAsync(), Is.Empty);
    }

    [TestCase(".fvecs")]
    [TestCase(".fvecs.gz")]
    [TestCase(".fvecs.zst")]
    public async Task WhatIsWrittenIsReadBack(string extension)
    {
        string path = Path.Combine(_folder.Path, "vectors" + extension);
        RandomStream stream = RandomStream.Named("vectors");
        float[][] vectors = [.. Enumerable.Range(0, 1_000).Select(_ => Enumerable.Range(0, 48).Select(_ => stream.NextSingle()).ToArray())];
        await VectorFile.SaveAsync(path, vectors);
        Assert.That(await VectorFile.ReadAsync<float>(path).ToListAsync(), Is.EqualTo(vectors));
        NpyArray some = await VectorFile.LoadAsync<float>(path, 700);
        Assert.That(some.Shape, Is.EqualTo(new[] { 700, 48 }));
        Assert.That(some.Elements<float>(), Is.EqualTo(vectors.Take(700).SelectMany(static v => v)));
    }

    [TestCase("0000000000", 0, "from 1 to", TestName = "Dimension zero")]
    [TestCase("FFFFFFFF00", 0, "from 1 to", TestName = "A negative dimension")]
    [TestCase("00000070", 0, "from 1 to", TestName = "A huge dimension")]
    [TestCase("0100000007020000000102", 5, "the dimension 1", TestName = "Another dimension")]
    [TestCase("0100000007020000", 5, "the dimension of a vector", TestName = "Cut in a dimension")]
    [TestCase("0300000007", 4, "a vector", TestName = "Cut in a vector")]
    public async Task ErrorsHaveTheirPlace(string hex, int offset, string expected)
    {
        var error = await Assert.ThrowsAsync<MalformedFileException>(async () =>
            await VectorFile.ReadAsync<byte>(new MemoryStream(Convert.FromHexString(hex)), "test.bvecs").ToListAsync()
        );
        Assert.That(error!.ByteOffset, Is.EqualTo(offset), error.Message);
        Assert.That(error.Message, Does.Contain(expected));
    }

    [Test]
    public async Task WrongCallsAreRefused()
    {
        string path = Path.Combine(_folder.Path, "x.ivecs.gz");
        Assert.That(() => VectorFile.ReadAsync<float>(path), Throws.ArgumentException.With.Message.Contains(".fvecs"));
        Assert.That(() => VectorFile.ReadAsync<double>(new MemoryStream(), "x"), Throws.ArgumentException);
        await Assert.ThrowsAsync<ArgumentException>(() =>
            VectorFile.SaveAsync<int>(
                path,
                [
                    [1, 2],
                    [3],
                ]
            )
        );
        await Assert.ThrowsAsync<ArgumentException>(() =>
            VectorFile.SaveAsync<int>(
                path,
                [
                    [],
                ]
            )
        );
        Assert.That(Directory.GetFiles(_folder.Path), Is.Empty);
    }

    [Test]
    public void DamageNeverCrashes() => Fuzz(2_000);

    [Test, Category("Long")]
    public void DamageNeverCrashesInManyCases() => Fuzz(100_000);

    private static void Fuzz(int cases)
    {
        byte[] file = [.. Enumerable.Range(0, 5).SelectMany(static i => (byte[])[3, 0, 0, 0, (byte)i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])];
        FileDamage.Check(
            [file],
            cases,
            async (stream, name) => (await VectorFile.ReadAsync<float>(stream, name).ToListAsync()).Sum(static v => (long)v.Length)
        );
    }
}
