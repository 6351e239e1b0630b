using System.Text;
using CsCheck;
using ResearchKit.Goldens;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Numerics;

/// <summary>The golden headers and bytes were written by numpy 1.24 (<c>numpy.lib.format.write_array</c>) from the arrays named.</summary>
[TestFixture]
public sealed class NpyFileTests
{
    [TestCase("<f4", "(2, 3)", false, "000000000000803e0000003f0000403f0000803f0000a03f", new[] { 0, 0.25f, 0.5f, 0.75f, 1, 1.25f })]
    [TestCase(">f8", "(2,)", false, "3ff8000000000000c000000000000000", new[] { 1.5, -2.0 })]
    [TestCase("<i8", "()", false, "f9ffffffffffffff", new[] { -7L })]
    [TestCase(">u2", "(3,)", false, "00010100ffff", new ushort[] { 1, 256, 65535 })]
    [TestCase("|b1", "(3,)", false, "010001", new[] { true, false, true })]
    [TestCase("<i4", "(2, 3)", true, "000000000300000001000000040000000200000005000000", new[] { 0, 1, 2, 3, 4, 5 })]
    [TestCase("|i1", "(0, 4)", false, "", new sbyte[0])]
    [TestCase("|u1", "(2, 3, 2)", false, "000102030405060708090a0b", new byte[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 })]
    [TestCase("=u4", "(1L,)", false, "0a000000", new uint[] { 10 })]
    [TestCase("<U2", "(3,)", false, "6100000000000000e4000000df00000000f6010078000000", new[] { "a", "äß", "\U0001F600x" })]
    [TestCase(">U3", "(1,)", false, "000000610000006200000000", new[] { "ab" })]
    [TestCase("<U0", "(2,)", false, "", new[] { "", "" })]
    public void ReadsWhatNumpyWrites(string descriptor, string shape, bool fortran, string data, object expected)
    {
        NpyArray array = Read(
            Npy($"{{'descr': '{descriptor}', 'fortran_order': {fortran}, 'shape': {shape}, }}", Convert.FromHexString(data))
        );
        Assert.That(Elements(array), Is.EqualTo(expected));
        Assert.That(
            array.Shape,
            Is.EqualTo(
                shape
                    .Trim('(', ')')
                    .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(s => int.Parse(s.TrimEnd('L')))
            )
        );
    }

    [Test]
    public void ReadsHalvesAndThreeAxesInFortranOrder()
    {
        NpyArray halves = Read(Npy("{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }", Convert.FromHexString("003800bc")));
        Assert.That(halves.ConvertedTo<double>(), Is.EqualTo(new[] { 0.5, -1.0 }));
        const string data = "00000c00040010000800140001000d00050011000900150002000e00060012000a00160003000f00070013000b001700";
        NpyArray cube = Read(Npy("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3, 4), }", Convert.FromHexString(data)));
        Assert.That(cube.ConvertedTo<int>(), Is.EqualTo(Enumerable.Range(0, 24)));
    }

    [Test]
    public void ReadsVersionsTwoAndThreeAndAnyOrderOfKeys()
    {
        string header = "{\"shape\":(1 ,),'fortran_order':False , 'descr':'<u4'}";
        foreach (byte version in (byte[])[2, 3])
        {
            byte[] bytes = [0x93, .. "NUMPY"u8, version, 0, (byte)header.Length, 0, 0, 0, .. Encoding.ASCII.GetBytes(header), 1, 0, 0, 0];
            Assert.That(Read(bytes).Elements<uint>(), Is.EqualTo(new[] { 1u }));
        }
    }

    [Test]
    public void WritesTheBytesOfNumpy()
    {
        byte[] written = Write(NpyArray.Of([0f, 0.25f, 0.5f, 0.75f, 1f, 1.25f], 2, 3));
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".PadRight(117) + "\n";
        byte[] expected =
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            118,
            0,
            .. Encoding.ASCII.GetBytes(header),
            .. Convert.FromHexString("000000000000803e0000003f0000403f0000803f0000a03f"),
        ];
        Assert.That(written, Is.EqualTo(expected));
        Assert.That(written.AsSpan(0, 128).ToArray()[^1], Is.EqualTo((byte)'\n'));
    }

    [Test]
    public void EveryTypeComesBack()
    {
        RoundTrip(Gen.Bool);
        RoundTrip(Gen.SByte);
        RoundTrip(Gen.Byte);
        RoundTrip(Gen.Short);
        RoundTrip(Gen.UShort);
        RoundTrip(Gen.Int);
        RoundTrip(Gen.UInt);
        RoundTrip(Gen.Long);
        RoundTrip(Gen.ULong);
        RoundTrip(Gen.Float);
        RoundTrip(Gen.Double);
        RoundTrip(Gen.Float.Select(f => (Half)f));
        RoundTrip(Gen.Char['a', '\u05ff'].Array[0, 8].Select(c => new string(c)));
    }

    [TestCase("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "pickled objects are not read")]
    [TestCase("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "records with fields")]
    [TestCase("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "f2, f4, f8 or U")]
    [TestCase("{'descr': '<f4', 'fortran_order': 1, 'shape': (1,), }", "True or False")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, }", "shape")]
    [TestCase("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "once")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "length of an axis")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1 2), }", "','")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647), }", "at most")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "12 bytes of data")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x", "nothing after")]
    [TestCase("__import__('os').system('x')", "'{'")]
    public void WrongHeadersAreRefused(string header, string expected) =>
        Assert.That(() => Read(Npy(header, new byte[4])), Throws.InstanceOf<MalformedFileException>().With.Message.Contains(expected));

    [Test]
    public void CharactersOutsideUnicodeAreRefused() =>
        Assert.That(
            () => Read(Npy("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }", [0, 0xD8, 0, 0])),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("Unicode")
        );

    [Test]
    public void TruncationAndFlippedBitsNeverCrash()
    {
        byte[] numbers = Write(NpyArray.Of(Enumerable.Range(0, 40).Select(i => i * 0.5).ToArray(), 5, 8));
        byte[] strings = Write(NpyArray.Of(["alpha", "beta", "gamma"]));
        Gen.Select(Gen.Bool, Gen.Int[0, int.MaxValue], Gen.Int[0, 7], Gen.Int[0, int.MaxValue], Gen.Bool)
            .Sample(
                (useStrings, place, bit, cut, truncates) =>
                {
                    byte[] bytes = [.. useStrings ? strings : numbers];
                    bytes[place % bytes.Length] ^= (byte)(1 << bit);
                    if (truncates)
                        bytes = bytes[..(cut % bytes.Length)];
                    try
                    {
                        NpyArray array = Read(bytes);
                        Assert.That(array.Count, Is.LessThanOrEqualTo(bytes.Length));
                    }
                    catch (MalformedFileException e)
                    {
                        Assert.That(e.Path, Is.EqualTo("test.npy"));
                    }
                },
                iter: 100_000
            );
    }

    [Test]
    public void ConversionsNeverLoseAnything()
    {
        Assert.That(NpyArray.Of([1L, 2L]).ConvertedTo<int>(), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(() => NpyArray.Of([1L << 40]).ConvertedTo<int>(), Throws.InstanceOf<OverflowException>());
        Assert.That(() => NpyArray.Of([0.5]).ConvertedTo<int>(), Throws.InvalidOperationException.With.Message.Contains("fractions"));
        Assert.That(() => NpyArray.Of(["x"]).ConvertedTo<double>(), Throws.InvalidOperationException.With.Message.Contains("no numbers"));
        Assert.That(() => NpyArray.Of([1]).Elements<uint>(), Throws.InvalidOperationException);
        Assert.That(() => NpyArray.Of([1, 2, 3], 2, 2), Throws.ArgumentException.With.Message.Contains("3 elements"));
        Assert.That(() => NpyArray.Of([new DateTime(2026, 1, 1)]), Throws.ArgumentException.With.Message.Contains("DateTime"));
        Assert.That(() => Write(NpyArray.Of(["\ud800"])), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task FilesAreSavedWholeAndHeadersReadAlone()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.npy");
        await NpyFile.SaveAsync(path, NpyArray.Of([1.5f, 2.5f, 3.5f], 3, 1));
        NpyHeader header = NpyFile.ReadHeader(path);
        Assert.Multiple(() =>
        {
            Assert.That((header.Descriptor, header.DataOffset, header.ElementSize, header.Count), Is.EqualTo(("<f4", 128, 4, 3)));
            Assert.That(header.Shape, Is.EqualTo(new[] { 3, 1 }));
        });
        Assert.That((await NpyFile.LoadAsync(path)).Elements<float>(), Is.EqualTo(new[] { 1.5f, 2.5f, 3.5f }));
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path))[..^1]);
        Assert.That(() => NpyFile.ReadHeader(path), Throws.InstanceOf<MalformedFileException>().With.Message.Contains("12 bytes"));
    }

    [Test]
    public async Task PublishedRoutingTracesAreRead()
    {
        NpyArray trace = await NpyFile.LoadAsync(GoldenFiles.Data("moe-harmoeny", "trace", "8.npy"));
        Assert.That(trace.Shape, Is.EqualTo(new[] { 40_800, 6 }));
        Assert.That(trace.Elements<long>(), Is.All.InRange(0, 7));
    }

    internal static byte[] Write(NpyArray array)
    {
        using var stream = new MemoryStream();
        NpyFile.Write(stream, array);
        return stream.ToArray();
    }

    internal static Array Elements(NpyArray array) =>
        array.ElementType == typeof(bool) ? array.Elements<bool>()
        : array.ElementType == typeof(sbyte) ? array.Elements<sbyte>()
        : array.ElementType == typeof(byte) ? array.Elements<byte>()
        : array.ElementType == typeof(ushort) ? array.Elements<ushort>()
        : array.ElementType == typeof(int) ? array.Elements<int>()
        : array.ElementType == typeof(uint) ? array.Elements<uint>()
        : array.ElementType == typeof(long) ? array.Elements<long>()
        : array.ElementType == typeof(float) ? array.Elements<float>()
        : array.ElementType == typeof(double) ? array.Elements<double>()
        : array.Elements<string>();

    private static void RoundTrip<T>(Gen<T> gen) =>
        gen.Array[0, 40]
            .Sample(
                elements =>
                {
                    NpyArray array = elements.Length % 2 == 0 ? NpyArray.Of(elements, elements.Length / 2, 2) : NpyArray.Of(elements);
                    byte[] bytes = Write(array);
                    NpyArray read = Read(bytes);
                    Assert.That(read.Elements<T>(), Is.EqualTo(elements));
                    Assert.That(read.Shape, Is.EqualTo(array.Shape));
                },
                iter: 200
            );

    private static NpyArray Read(byte[] bytes) => NpyFile.Read(new MemoryStream(bytes), "test.npy");

    private static byte[] Npy(string header, byte[] data) =>
        [0x93, .. "NUMPY"u8, 1, 0, (byte)(header.Length + 1), 0, .. Encoding.ASCII.GetBytes(header + "\n"), .. data];
}
