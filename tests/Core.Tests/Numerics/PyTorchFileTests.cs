using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsCheck;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Numerics;

/// <summary>Fixtures/state.pt and state.json were written by PyTorch 1.13 with Fixtures/pytorch.py.</summary>
public class PyTorchFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    private static string Fixtures =>
        Path.Combine(Path.GetDirectoryName(typeof(PyTorchFileTests).Assembly.Location)!, "Numerics", "Fixtures");

    [Test]
    public void Every_tensor_is_bit_for_bit_what_pytorch_saved() => AssertSame(Fixtures);

    [Test]
    [Category("External")]
    public void So_is_what_the_pytorch_of_this_machine_saves()
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(Fixtures, "pytorch.py"), _folder.Path, "2"])
        {
            RedirectStandardError = true,
        };
        if (!File.Exists(start.FileName))
        {
            Assert.Ignore("there is no /usr/bin/python3");
        }
        using var python = Process.Start(start)!;
        var errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        if (errors.Contains("No module named 'torch'", StringComparison.Ordinal))
        {
            Assert.Ignore("PyTorch is not installed: apt-get install python3-torch");
        }
        Assert.That(python.ExitCode, Is.Zero, errors);
        AssertSame(_folder.Path);
    }

    private static void AssertSame(string folder)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "state.json")));
        using var file = PyTorchFile.Open(Path.Combine(folder, "state.pt"));
        Assert.That(file.Tensors.Select(t => t.Name), Is.EqualTo(expected.RootElement.EnumerateObject().Select(p => p.Name)));
        foreach (var tensor in file.Tensors)
        {
            var entry = expected.RootElement.GetProperty(tensor.Name);
            Assert.That(tensor.Type.ToString(), Is.EqualTo(entry.GetProperty("type").GetString()).IgnoreCase);
            Assert.That(tensor.Shape, Is.EqualTo(entry.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())));
            var bytes = new byte[tensor.Bytes];
            file.Read(tensor.Name, bytes);
            Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo(entry.GetProperty("bytes").GetString()), tensor.Name);
        }
    }

    [Test]
    public async Task It_converts_to_safetensors_but_complex_numbers()
    {
        using var file = PyTorchFile.Open(Path.Combine(Fixtures, "state.pt"));
        Assert.That(
            () => file.ConvertAsync(Path.Combine(_folder.Path, "x.safetensors")),
            Throws.ArgumentException.With.Message.Contains("complex64")
        );
        var path = Pickled(b => b.State("w", "FloatStorage", 0, 3, [3], [1]), Storage(1f, 2f, 3f));
        using var plain = PyTorchFile.Open(path);
        var values = new float[3];
        plain.ReadSingles("w", values);
        Assert.That(values, Is.EqualTo([1f, 2f, 3f]));
        await plain.ConvertAsync(Path.Combine(_folder.Path, "w.safetensors"));
        using var safe = SafetensorsFile.Open(Path.Combine(_folder.Path, "w.safetensors"));
        safe.ReadSingles("w", 0, values);
        Assert.That(values, Is.EqualTo([1f, 2f, 3f]));
        Assert.That(() => plain.ReadSingles("w", new float[2]), Throws.ArgumentException);
        Assert.That(() => plain.Read("w", new byte[2]), Throws.ArgumentException);
        Assert.That(() => plain["v"], Throws.ArgumentException.With.Message.Contains("\"v\""));
    }

    private static byte[] Storage(params float[] values) => System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values).ToArray();

    /// <summary>Writes pickles of protocol 2, also such as no pickler would.</summary>
    private sealed class PickleBuilder
    {
        private readonly List<byte> _bytes = [0x80, 2];

        public PickleBuilder Op(params byte[] bytes)
        {
            _bytes.AddRange(bytes);
            return this;
        }

        public PickleBuilder Text(string text)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            return Op((byte)'X').Op(BitConverter.GetBytes(utf8.Length)).Op(utf8);
        }

        public PickleBuilder Number(long value) => Op(0x8A, 8).Op(BitConverter.GetBytes(value));

        public PickleBuilder Global(string module, string name) => Op((byte)'c').Op(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));

        public PickleBuilder Numbers(params long[] values)
        {
            Op((byte)'(');
            foreach (var value in values)
            {
                Number(value);
            }
            return Op((byte)'t');
        }

        public PickleBuilder Tensor(string storage, long offset, long elements, long[] shape, long[] strides) =>
            Global("torch._utils", "_rebuild_tensor_v2")
                .Op((byte)'(', (byte)'(')
                .Text("storage")
                .Global("torch", storage)
                .Text("0")
                .Text("cpu")
                .Number(elements)
                .Op((byte)'t', (byte)'Q')
                .Number(offset)
                .Numbers(shape)
                .Numbers(strides)
                .Op(0x89)
                .Global("collections", "OrderedDict")
                .Op((byte)')', (byte)'R', (byte)'t', (byte)'R');

        public PickleBuilder State(string name, string storage, long offset, long elements, long[] shape, long[] strides) =>
            Op((byte)'}').Text(name).Tensor(storage, offset, elements, shape, strides).Op((byte)'s', (byte)'.');

        public byte[] Build() => [.. _bytes];
    }

    private string Pickled(
        Action<PickleBuilder> write,
        byte[]? storage = null,
        string? byteOrder = null,
        CompressionLevel level = CompressionLevel.NoCompression
    )
    {
        var builder = new PickleBuilder();
        write(builder);
        var path = Path.Combine(_folder.Path, "hostile.pt");
        File.Delete(path);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        void Add(string name, byte[] bytes)
        {
            using var stream = archive.CreateEntry($"hostile/{name}", level).Open();
            stream.Write(bytes);
        }
        Add("data.pkl", builder.Build());
        if (byteOrder is not null)
        {
            Add("byteorder", Encoding.ASCII.GetBytes(byteOrder));
        }
        Add("data/0", storage ?? new byte[16]);
        return path;
    }

    private static void Refuses(string path, string reason) =>
        Assert.That(() => PyTorchFile.Open(path).Dispose(), Throws.TypeOf<MalformedFileException>().With.Message.Contains(reason));

    [TestCase("os", "system")]
    [TestCase("builtins", "eval")]
    [TestCase("__builtin__", "getattr")]
    [TestCase("torch._utils", "_rebuild_device_tensor_from_numpy")]
    [TestCase("__torch__", "Module")]
    public void Any_other_name_of_python_is_refused_before_anything_is_made(string module, string name) =>
        Refuses(Pickled(b => b.Global(module, name).Op((byte)'(').Text("echo").Op((byte)'t', (byte)'R', (byte)'.')), $"{module}.{name}");

    [Test]
    public void Operations_that_call_or_load_are_refused()
    {
        foreach (var code in "iop2PSIFLVd\\B"u8.ToArray().Concat(new byte[] { 0x81, 0x82, 0x83, 0x84, 0x8B, 0x92, 0x93, 0x95, 0x97, 0 }))
        {
            Refuses(Pickled(b => b.Op((byte)'}', (byte)')', code, (byte)'.')), code == (byte)'2' ? "operation" : $"0x{code:x2}");
        }
    }

    [Test]
    public void Tensors_that_leave_their_storage_are_refused()
    {
        Refuses(Pickled(b => b.State("w", "FloatStorage", 0, 4, [5], [1])), "inside its storage");
        Refuses(Pickled(b => b.State("w", "FloatStorage", 1, 4, [4], [1])), "inside its storage");
        Refuses(Pickled(b => b.State("w", "FloatStorage", -1, 4, [1], [1])), "inside its storage");
        Refuses(Pickled(b => b.State("w", "FloatStorage", 0, 4, [2], [-1])), "inside its storage");
        Refuses(Pickled(b => b.State("w", "FloatStorage", 0, 4, [-2], [1])), "inside its storage");
        Refuses(Pickled(b => b.State("w", "FloatStorage", 0, 4, [2, 2], [1])), "inside its storage");
        Refuses(Pickled(b => b.State("w", "FloatStorage", 0, 4, [2, long.MaxValue], [1, long.MaxValue])), "inside its storage");
        Refuses(Pickled(b => b.State("w", "FloatStorage", long.MaxValue, 4, [2], [long.MaxValue])), "inside its storage");
        Refuses(Pickled(b => b.State("w", "FloatStorage", 0, 5, [4], [1])), "5 elements");
        Refuses(Pickled(b => b.State("w", "FloatStorage", 0, 4, [1L << 40], [0])), "no larger than its storage");
        Refuses(Pickled(b => b.State("w", "QInt8Storage", 0, 4, [4], [1])), "torch.QInt8Storage");
    }

    [Test]
    public void Endless_structures_end()
    {
        // A list that holds itself.
        Refuses(Pickled(b => b.Op((byte)']', (byte)'q', 0, (byte)'h', 0, (byte)'a', (byte)'.')), "deep");
        // Each tuple holds the one before twice: 2^50 leaves.
        Refuses(
            Pickled(b =>
            {
                b.Op((byte)')', (byte)'q', 0);
                for (var i = 0; i < 50; i++)
                {
                    b.Op((byte)'h', 0, (byte)'h', 0, 0x86, (byte)'q', 0);
                }
                b.Op(Enumerable.Repeat((byte)'0', 50).ToArray()).Op((byte)'0', (byte)'h', 0, (byte)'.');
            }),
            "in all"
        );
        Refuses(Pickled(b => b.Op(Enumerable.Repeat((byte)']', PickleReader.MaximumObjects + 1).ToArray())), "objects");
    }

    [Test]
    public void What_pytorch_does_not_write_is_refused()
    {
        Refuses(Pickled(b => b.State("w", "FloatStorage", 0, 4, [4], [1]), byteOrder: "big"), "little-endian");
        using (PyTorchFile.Open(Pickled(b => b.State("w", "FloatStorage", 0, 4, [4], [1]), byteOrder: "little"))) { }
        Refuses(
            Pickled(b => b.State("w", "FloatStorage", 0, 4096, [4096], [1]), new byte[16384], level: CompressionLevel.Optimal),
            "stored as it is"
        );
        Refuses(Pickled(b => b.Op((byte)'N')), "the end of the pickle");
        Refuses(Pickled(b => b.Op((byte)'.')), "one object");
        Refuses(Pickled(b => b.Op((byte)'(', (byte)'.')), "one object");
        Refuses(Pickled(b => b.Op((byte)'h', 9, (byte)'.')), "remembered");
        var plain = Path.Combine(_folder.Path, "plain.pt");
        File.WriteAllBytes(plain, [0x80, 2, 0x8A, 10, 1]);
        Refuses(plain, "PyTorch before 1.6");
        File.WriteAllText(plain, "no archive at all");
        Refuses(plain, "zip archive");
        Assert.That(() => PyTorchFile.Open(Path.Combine(_folder.Path, "absent")), Throws.TypeOf<FileNotFoundException>());
    }

    [Test]
    public void A_changed_storage_is_noticed()
    {
        var path = Pickled(b => b.State("w", "FloatStorage", 0, 4, [4], [1]), Storage(1, 2, 3, 4));
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf(Storage(1, 2, 3, 4));
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var file = PyTorchFile.Open(path);
        Assert.That(() => file.Read("w", new byte[16]), Throws.TypeOf<MalformedFileException>().With.Message.Contains("checksum"));
    }

    [Test]
    public void Damaged_files_are_one_error_or_read_within_bounds() => Fuzz(2_000);

    [Test]
    [Category("Long")]
    public void Damaged_files_are_one_error_or_read_within_bounds_a_hundred_thousand_times() => Fuzz(100_000);

    private void Fuzz(int cases)
    {
        var whole = File.ReadAllBytes(Path.Combine(Fixtures, "state.pt"));
        var path = Path.Combine(_folder.Path, "fuzz.pt");
        // Half of the changes hit the pickle, which stands first.
        Gen.Select(Gen.OneOf(Gen.Int[0, whole.Length - 1], Gen.Int[0, 3500]), Gen.Byte)
            .Array[1, 5]
            .Select(Gen.Int[0, whole.Length * 4])
            .Sample(
                (flips, length) =>
                {
                    var damaged = (byte[])whole.Clone();
                    foreach (var (at, value) in flips)
                    {
                        damaged[at] = value;
                    }
                    File.WriteAllBytes(path, length < whole.Length ? damaged[..length] : damaged);
                    try
                    {
                        using var file = PyTorchFile.Open(path);
                        foreach (var tensor in file.Tensors)
                        {
                            Assert.That(tensor.Bytes, Is.LessThanOrEqualTo(1 << 24));
                            file.Read(tensor.Name, new byte[tensor.Bytes]);
                        }
                    }
                    catch (MalformedFileException) { }
                },
                iter: cases,
                threads: 1
            );
    }
}
