using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ResearchKit.Data;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed class Mat5FileTests
{
    /// <summary>What scipy 1.10's savemat writes of the variables X, y, d, i, b, t, s and f of the test, without the header: compressed here to be short.</summary>
    private const string Plain =
        "eNrjY2BgCABiNiDmAGJOBghgBWIBIGYCYmYoDcKMQBgBZUuAFPKwCHCIMPGxCXGJMfKyCnKKMvOzC3OL8wGlDHCYywE3C2JeJZjPxMAFtIgPzT1sWPTB3JEC"
        + "NVeBAQZ+2ENoDgeowIE5pQwdNk/M60DmWiCZy4NmLiOSuZlI4j////9fIMjIgOEfJtz6k6D+AYmh62PBYi8LVF8JOMxZGEpSK0pA+iqQ9DFh0QcLv2KwOAvU"
        + "fiaGNKi9FnjCkREJM0DDkQMejh/s0fWz4wmvNKg8VD8wDhrsALTaF8Q=";

    /// <summary>The same with do_compression, as written.</summary>
    private const string Compressed =
        "DwAAAEIAAAB4nONjYGAIAGI2IOYAYk4GCGAFYgEgZgJiZigNwoxAGAFlS4AU8rAIcIgw8bEJcYkx8rIKcooy87MLc4sDAEikAhwPAAAAKQAAAHic42NgYDAA"
        + "YjYg5gBiTgYIYIXymYCYEYwZGSrBfCYGLmYGBgAYywDyDwAAADYAAAB4nONjYGAIAGI2IOaA0iDACuUzQTEjEKYAaU4gVmCAgR/2EJrDASpwYE4pQ4fNE/M6"
        + "AHrwBsAPAAAALAAAAHic42NgYLAAYjYg5gBiHgYIYIXyGYGYCUwzMmQiif/8//9/gSAjAwA9DQVhDwAAACcAAAB4nONjYGAwAGI2IOYAYk4mBjBghfIZgZgJ"
        + "TDMyJIHZTGAxABfUANEPAAAAKAAAAHic42NgYDAAYjYg5gBiFgYIYIXyGaFijEBYAqQFgLyS1IoSAByZArIPAAAAOgAAAHic42NgYKgAYjYg5gBiJgYIYIXy"
        + "GeGYkaEYLM4CVsMIJNOANB8QWyDpZ8OpHwI4oeIQ8MEeAK6FAzkPAAAAKwAAAHic42NgYLAAYjYg5gBidgYIYIXyGYGYCUwzMqRB5TkgSuwZGBrsACLPAeA=";

    [TestCase(false)]
    [TestCase(true)]
    public async Task WhatScipyWritesIsRead(bool compressed)
    {
        byte[] header =
        [
            .. Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file".PadRight(116)),
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            1,
            (byte)'I',
            (byte)'M',
        ];
        using var content = new MemoryStream();
        if (compressed)
            content.Write(Convert.FromBase64String(Compressed));
        else
            new ZLibStream(new MemoryStream(Convert.FromBase64String(Plain)), CompressionMode.Decompress).CopyTo(content);
        byte[] file = [.. header, .. content.ToArray()];
        IReadOnlyDictionary<string, Mat5Array> arrays = await Read(file, "X", "y", "d", "i", "b", "f");
        Assert.That(arrays["X"].Shape, Is.EqualTo(new[] { 2, 3, 2, 2 }));
        Assert.That(arrays["X"].ToRowMajor<byte>().Elements<byte>(), Is.EqualTo(Enumerable.Range(0, 24)));
        Assert.That(arrays["y"].Elements<byte>(), Is.EqualTo(new byte[] { 10, 3 }));
        Assert.That(arrays["d"].ToRowMajor<double>().Elements<double>(), Is.EqualTo(new[] { 1.5, -2, 3, 1e300 }));
        Assert.That(arrays["i"].Elements<int>(), Is.EqualTo(new[] { -7, 70_000 }));
        Assert.That(arrays["b"].Elements<byte>(), Is.EqualTo(new byte[] { 1, 0 }));
        Assert.That(arrays["f"].Elements<float>(), Is.EqualTo(new[] { 0.5f, 0.25f }));
        foreach ((string name, string kind) in new[] { ("t", "a text"), ("s", "a struct") })
        {
            var error = await Assert.ThrowsAsync<MalformedFileException>(() => Read(file, name));
            Assert.That(error!.Found, Is.EqualTo(kind));
        }
    }

    [TestCase(false, false)]
    [TestCase(false, true)]
    [TestCase(true, false)]
    [TestCase(true, true)]
    public async Task ArraysAreReadInTheOrderOfTheFile(bool big, bool compressed)
    {
        var file = new Mat5Builder(big, compressed);
        file.Add("first", 6, [2, 3], 9, [1.5, 2, 3, 4, 5, -6]);
        file.Add("skipped", 6, [1, 1], 9, [0]);
        file.Add("bytes", 9, [1, 5], 2, [1, 2, 3, 4, 255]);
        file.Add("y", 6, [3, 1], 2, [10, 1, 2]); // doubles kept as bytes
        file.Add("small", 12, [1, 2], 3, [-1, 7]); // two 16-bit numbers fit in the tag
        IReadOnlyDictionary<string, Mat5Array> arrays = await Read(file.ToArray(), "first", "bytes", "y", "small");
        Assert.That(arrays["first"].Elements<double>(), Is.EqualTo(new[] { 1.5, 2, 3, 4, 5, -6 }));
        Assert.That(arrays["first"].Shape, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(arrays["first"].ToRowMajor<double>().Elements<double>(), Is.EqualTo(new[] { 1.5, 3, 5, 2, 4, -6 }));
        Assert.That(arrays["bytes"].Elements<byte>(), Is.EqualTo(new byte[] { 1, 2, 3, 4, 255 }));
        Assert.That(arrays["y"].ToDoubles(), Is.EqualTo(new double[] { 10, 1, 2 }));
        Assert.That(arrays["small"].Elements<int>(), Is.EqualTo(new[] { -1, 7 }));
        Assert.That(() => arrays["y"].Elements<float>(), Throws.InvalidOperationException);
        Assert.That(arrays, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task EveryTypeIsRead()
    {
        var file = new Mat5Builder(big: false, compressed: true);
        (string Name, int Kind, int Stored, double[] Values, Type Type)[] arrays =
        [
            ("f", 7, 7, [0.5, -1.25], typeof(float)),
            ("b", 8, 1, [-128, 127], typeof(sbyte)),
            ("s", 10, 3, [-300, 300], typeof(short)),
            ("u", 11, 4, [0, 65_535], typeof(ushort)),
            ("i", 13, 6, [0, 4e9], typeof(uint)),
            ("l", 14, 12, [-9e15, 9e15], typeof(long)),
            ("m", 15, 13, [0, 9e15], typeof(ulong)),
        ];
        foreach ((string name, int kind, int stored, double[] values, _) in arrays)
            file.Add(name, kind, [1, 2], stored, values);
        IReadOnlyDictionary<string, Mat5Array> read = await Read(file.ToArray(), [.. arrays.Select(static a => a.Name)]);
        foreach ((string name, _, _, double[] values, Type type) in arrays)
        {
            Assert.That(read[name].ElementType, Is.EqualTo(type));
            Assert.That(read[name].ToDoubles(), Is.EqualTo(values), name);
        }
    }

    [Test]
    public async Task WhatCannotBeReadIsNamed()
    {
        var file = new Mat5Builder(big: false, compressed: false);
        file.Add("a", 6, [1, 1], 9, [1]);
        file.Add("c", 1, [1, 1], 9, [1]);
        file.Add("z", 6, [1, 1], 9, [1], flags: 0x08);
        file.Add("o", 8, [1, 1], 4, [300]);
        byte[] bytes = file.ToArray();
        await Fails(bytes, "only a, c, z, o", "missing");
        await Fails(bytes, "cell", "c");
        await Fails(bytes, "complex", "z");
        await Fails(bytes, "within SByte", "o");
        await Fails([.. bytes, .. file.Element("a", 6, [1, 1], 9, [1], 0)], "a second", "a", "missing");
        await Fails([.. Encoding.ASCII.GetBytes("MATLAB 7.3 MAT-file".PadRight(128))], "HDF5", "a");
        await Fails(new byte[128], "IM or MI", "a");
        await Fails(bytes[..60], "60 of 128", "a");
        await Fails(bytes[..^4], "the end", "o");
        await Fails(new Mat5Builder(false, false, ("a", 6, [2, 1], 9, [1.0])).ToArray(), "16 bytes", "a");
        await Fails(new Mat5Builder(false, false, ("a", 6, [1 << 20, 1 << 20], 9, [1.0])).ToArray(), "at most", "a");
        await Fails(new Mat5Builder(false, false, ("a", 6, [-1, 1], 9, [1.0])).ToArray(), "from 0 on", "a");
        Assert.That(async () => await Read(bytes), Throws.ArgumentException);

        static async Task Fails(byte[] bytes, string expected, params string[] names)
        {
            var error = await Assert.ThrowsAsync<MalformedFileException>(() => Read(bytes, names));
            Assert.That(error!.Message, Does.Contain(expected));
            Assert.That(error.ByteOffset, Is.Not.Null);
        }
    }

    [Test]
    public async Task DamageWithinACompressedElementIsNoticed()
    {
        var file = new Mat5Builder(big: false, compressed: true);
        file.Add("x", 6, [100, 20], 9, [.. Enumerable.Range(0, 2_000).Select(static i => Math.Sqrt(i))]);
        byte[] bytes = file.ToArray();
        bytes[^2] ^= 1; // in the checksum
        await Assert.ThrowsAsync<MalformedFileException>(() => Read(bytes, "x"));
        var cut = await Assert.ThrowsAsync<MalformedFileException>(() => Read(file.ToArray()[..^2], "x"));
        Assert.That(cut!.ByteOffset, Is.Not.Null);
    }

    [Test]
    public async Task AHostileHeaderTakesNoMoreMemoryThanTheFile()
    {
        var file = new Mat5Builder(false, false, ("a", 9, [1 << 15, 1 << 15], 2, [1.0]));
        byte[] bytes = file.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(132), 0x7FFFFFF0); // the whole array
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - 8), 2 | (1UL << 62)); // its data: 2^30 bytes
        await Assert.ThrowsAsync<MalformedFileException>(() => Read(bytes, "a"));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await Assert.ThrowsAsync<MalformedFileException>(() => Read(bytes, "a"));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(8 << 20));
    }

    [Test]
    public async Task SvhnIsTurnedIntoPlanesOfRows()
    {
        var pixels = new double[32 * 32 * 3 * 2];
        for (int n = 0, i = 0; n < 2; n++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                for (int x = 0; x < 32; x++)
                {
                    for (int y = 0; y < 32; y++)
                        pixels[i++] = (n * 100 + channel * 50 + y + 2 * x) % 256;
                }
            }
        }

        var file = new Mat5Builder(big: false, compressed: true);
        file.Add("X", 9, [32, 32, 3, 2], 2, pixels);
        file.Add("y", 6, [2, 1], 2, [10, 3]);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "test_32x32.mat");
        File.WriteAllBytes(path, file.ToArray());
        LabeledData data = await SvhnFile.LoadAsync(path);
        Assert.That(data.Labels.ToArray(), Is.EqualTo(new[] { 0, 3 }));
        Assert.That(data.Schema.FeatureShape, Is.EqualTo(new[] { 3, 32, 32 }));
        var row = new float[3_072];
        data.CopyRow(1, row);
        Assert.That(row[1_024 + 5 * 32 + 7], Is.EqualTo((100 + 50 + 5 + 14) / 255f));

        var wrong = new Mat5Builder(false, true, ("X", 9, [32, 32, 3, 2], 2, pixels), ("y", 6, [2, 1], 2, [11, 3]));
        File.WriteAllBytes(path, wrong.ToArray());
        await Assert.ThrowsAsync<MalformedFileException>(() => SvhnFile.LoadAsync(path));
        File.WriteAllBytes(path, new Mat5Builder(false, true, ("X", 9, [32, 32], 2, pixels[..1024]), ("y", 6, [1, 1], 2, [1])).ToArray());
        await Assert.ThrowsAsync<MalformedFileException>(() => SvhnFile.LoadAsync(path));
    }

    [Test]
    public void DamageNeverCrashes() => Fuzz(2_000);

    [Test, Category("Long")]
    public void DamageNeverCrashesInManyCases() => Fuzz(100_000);

    private static void Fuzz(int cases)
    {
        byte[][] files =
        [
            .. new[] { (false, false), (true, false), (false, true) }.Select(static kind =>
                new Mat5Builder(kind.Item1, kind.Item2, ("n", 9, [1, 5], 2, [1, 2, 3, 4, 5]), ("x", 6, [2, 2], 9, [1, 2, 3, 4])).ToArray()
            ),
        ];
        FileDamage.Check(
            files,
            cases,
            async (stream, name) => (await Mat5File.ReadAsync(stream, name, ["x", "n"])).Values.Sum(static a => (long)a.Count)
        );
    }

    private static Task<IReadOnlyDictionary<string, Mat5Array>> Read(byte[] bytes, params string[] names) =>
        Mat5File.ReadAsync(new MemoryStream(bytes), "test.mat", names);
}

/// <summary>Writes MATLAB 5 files as "MAT-File Format" (The MathWorks) describes them.</summary>
internal sealed class Mat5Builder
{
    private readonly bool _big;
    private readonly bool _compressed;
    private readonly List<byte> _bytes = [];

    internal Mat5Builder(bool big, bool compressed, params (string Name, int Kind, int[] Shape, int Stored, double[] Values)[] arrays)
    {
        (_big, _compressed) = (big, compressed);
        _bytes.AddRange(Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file, written by a test".PadRight(124)));
        _bytes.AddRange(big ? [1, 0, (byte)'M', (byte)'I'] : [0, 1, (byte)'I', (byte)'M']);
        foreach ((string name, int kind, int[] shape, int stored, double[] values) in arrays)
            Add(name, kind, shape, stored, values);
    }

    internal void Add(string name, int kind, int[] shape, int stored, double[] values, int flags = 0)
    {
        byte[] element = Element(name, kind, shape, stored, values, flags);
        if (!_compressed)
        {
            _bytes.AddRange(element);
            return;
        }

        using var buffer = new MemoryStream();
        using (var zlib = new ZLibStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(element);
        _bytes.AddRange([.. Word(15), .. Word((uint)buffer.Length), .. buffer.ToArray()]);
    }

    internal byte[] ToArray() => [.. _bytes];

    internal byte[] Element(string name, int kind, int[] shape, int stored, double[] values, int flags)
    {
        byte[] content =
        [
            .. Data(6, [.. Word((uint)(kind | (flags << 8))), .. Word(0)]),
            .. Data(5, [.. shape.SelectMany(length => Word((uint)length))]),
            .. Data(1, Encoding.ASCII.GetBytes(name)),
            .. Data(stored, [.. values.SelectMany(value => Stored(stored, value))]),
        ];
        return [.. Word(14), .. Word((uint)content.Length), .. content];
    }

    private byte[] Data(int type, byte[] data) =>
        data.Length is > 0 and <= 4
            ? [.. Word((uint)(type | (data.Length << 16))), .. data, .. new byte[4 - data.Length]]
            : [.. Word((uint)type), .. Word((uint)data.Length), .. data, .. new byte[(8 - data.Length % 8) % 8]];

    private byte[] Stored(int type, double value)
    {
        byte[] little = type switch
        {
            1 => [(byte)(sbyte)value],
            2 => [(byte)value],
            3 => BitConverter.GetBytes((short)value),
            4 => BitConverter.GetBytes((ushort)value),
            5 => BitConverter.GetBytes((int)value),
            6 => BitConverter.GetBytes((uint)value),
            7 => BitConverter.GetBytes((float)value),
            9 => BitConverter.GetBytes(value),
            12 => BitConverter.GetBytes((long)value),
            _ => BitConverter.GetBytes((ulong)value),
        };
        return _big ? [.. little.Reverse()] : little;
    }

    private byte[] Word(uint value)
    {
        var bytes = new byte[4];
        if (_big)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
