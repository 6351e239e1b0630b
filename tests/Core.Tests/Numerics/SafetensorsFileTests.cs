using System.Buffers.Binary;
using System.Text;
using CsCheck;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Numerics;

public class SafetensorsFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    private string Write(byte[] bytes, string name = "model.safetensors")
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] Image(string header, int dataBytes = 0)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var image = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(image, json.Length);
        json.CopyTo(image, 8);
        for (var i = 0; i < dataBytes; i++)
        {
            image[8 + json.Length + i] = (byte)i;
        }
        return image;
    }

    private const string Two =
        """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[1,2],"data_offsets":[8,12]}}""";

    [Test]
    public async Task Ranges_of_tensors_are_read_by_themselves()
    {
        using var file = SafetensorsFile.Open(Write(Image(Two, 12)));
        Assert.That(
            file.Tensors.Select(t => (t.Name, t.Type, t.Count)),
            Is.EqualTo([("a", ElementType.Float32, 2L), ("b", ElementType.BFloat16, 2L)])
        );
        Assert.That(file["b"].Shape, Is.EqualTo([1L, 2L]));
        Assert.That(file.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["format"] = "pt" }));
        var middle = new byte[3];
        file.Read("a", 4, middle);
        Assert.That(middle, Is.EqualTo([4, 5, 6]));
        await file.ReadAsync("b", 1, middle);
        Assert.That(middle, Is.EqualTo([9, 10, 11]));
        using (var view = file.View("b"))
        {
            Assert.That(view.Bytes.ToArray(), Is.EqualTo([8, 9, 10, 11]));
        }
        using (var view = file.View("a", 3, 0))
        {
            Assert.That(view.Bytes.Length, Is.Zero);
        }
        var single = new float[1];
        file.ReadSingles("b", 1, single);
        Assert.That(BitConverter.SingleToUInt32Bits(single[0]), Is.EqualTo(0x0B0A0000u));
        file.ReadSingles("a", 2, []);
        Assert.That(() => file.Read("a", 6, middle), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => file.Read("a", -1, middle), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => file.ReadSingles("b", 2, single), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => file.Read("c", 0, middle), Throws.ArgumentException.With.Message.Contains("\"c\""));
        Assert.That(() => file.View("a", 0, 9), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static IEnumerable<TestCaseData> Broken()
    {
        static string A(string rest) => "{\"a\":{" + rest + "}}";
        yield return new TestCaseData("", 0, "begins with {").SetArgDisplayNames("no header");
        yield return new TestCaseData(" {}", 0, "begins with {").SetArgDisplayNames("blank first");
        yield return new TestCaseData("{", 0, "JSON").SetArgDisplayNames("torn");
        yield return new TestCaseData("{}x", 0, "JSON").SetArgDisplayNames("more after the object");
        yield return new TestCaseData("{}", 1, "end of the file").SetArgDisplayNames("data of no tensor");
        yield return new TestCaseData(A("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]") + "}", 4, "JSON").SetArgDisplayNames(
            "a brace more"
        );
        yield return new TestCaseData("""{"a":3}""", 0, "an object for tensor").SetArgDisplayNames("no object");
        yield return new TestCaseData(A("\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]"), 4, "known dtype").SetArgDisplayNames(
            "dtype"
        );
        yield return new TestCaseData(A("\"dtype\":\"F32\",\"shape\":[1]"), 4, "no data_offsets").SetArgDisplayNames("no offsets");
        yield return new TestCaseData(A("\"shape\":[1],\"data_offsets\":[0,4]"), 4, "no dtype").SetArgDisplayNames("no dtype");
        yield return new TestCaseData(A("\"dtype\":\"F32\",\"data_offsets\":[0,4]"), 4, "no shape").SetArgDisplayNames("no shape");
        yield return new TestCaseData(
            A("\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]"),
            4,
            "each once"
        ).SetArgDisplayNames("twice");
        yield return new TestCaseData(
            A("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1"),
            4,
            "each once"
        ).SetArgDisplayNames("unknown key");
        yield return new TestCaseData(A("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]"), 4, "begin <= end").SetArgDisplayNames(
            "backwards"
        );
        yield return new TestCaseData(A("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]"), 4, "begin <= end").SetArgDisplayNames(
            "three offsets"
        );
        yield return new TestCaseData(A("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]"), 4, "shape [2]").SetArgDisplayNames(
            "size"
        );
        yield return new TestCaseData(A("\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]"), 4, "whole numbers").SetArgDisplayNames(
            "negative"
        );
        yield return new TestCaseData(A("\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]"), 4, "whole numbers").SetArgDisplayNames(
            "fraction"
        );
        yield return new TestCaseData(A("\"dtype\":\"F32\",\"shape\":[[1]],\"data_offsets\":[0,4]"), 4, "whole numbers").SetArgDisplayNames(
            "nested"
        );
        yield return new TestCaseData(
            A("\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]"),
            0,
            "shape"
        ).SetArgDisplayNames("overflow");
        yield return new TestCaseData(
            A("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]"),
            4,
            "inside the 4 bytes"
        ).SetArgDisplayNames("beyond the end");
        yield return new TestCaseData(A("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]"), 8, "a hole").SetArgDisplayNames("hole");
        yield return new TestCaseData(
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""",
            6,
            "an overlap"
        ).SetArgDisplayNames("overlap");
        yield return new TestCaseData(
            """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""",
            0,
            "a second tensor"
        ).SetArgDisplayNames("duplicate name");
        yield return new TestCaseData("""{"__metadata__":{"a":1}}""", 0, "a string").SetArgDisplayNames("metadata number");
        yield return new TestCaseData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "a second").SetArgDisplayNames("metadata twice");
        yield return new TestCaseData("""{"__metadata__":{},"__metadata__":{}}""", 0, "a second").SetArgDisplayNames("two metadata");
    }

    [TestCaseSource(nameof(Broken))]
    public void Every_broken_rule_is_told(string header, int data, string rule)
    {
        var path = Write(Image(header, data));
        Assert.That(
            () => SafetensorsFile.Open(path).Dispose(),
            Throws.TypeOf<MalformedFileException>().With.Message.Contains(rule).And.Message.Contains(path)
        );
    }

    [Test]
    public void The_length_of_the_header_is_checked_before_it_is_read()
    {
        var image = Image("{}");
        BinaryPrimitives.WriteInt64LittleEndian(image, 3);
        Assert.That(
            () => SafetensorsFile.Open(Write(image)),
            Throws.TypeOf<MalformedFileException>().With.Message.Contains("file has left")
        );
        image.AsSpan(0, 8).Fill(255);
        Assert.That(() => SafetensorsFile.Open(Write(image)), Throws.TypeOf<MalformedFileException>());
        Assert.That(() => SafetensorsFile.Open(Write([1, 2])), Throws.TypeOf<MalformedFileException>());
        var damaged = Image("{\"__metadata__\":{\"a\":\"x\"}}");
        damaged[^4] = 0xFF;
        Assert.That(() => SafetensorsFile.Open(Write(damaged)), Throws.TypeOf<MalformedFileException>().With.Message.Contains("UTF-8"));
        Assert.That(() => SafetensorsFile.Open(Path.Combine(_folder.Path, "absent")), Throws.TypeOf<FileNotFoundException>());
    }

    [Test]
    public async Task A_written_file_has_exactly_these_bytes()
    {
        var path = Path.Combine(_folder.Path, "out", "w.safetensors");
        await SafetensorsWriter.WriteAsync(
            path,
            [
                SafetensorsTensor.OfBytes("z", ElementType.UInt8, [3], new byte[] { 7, 8, 9 }),
                SafetensorsTensor.OfSingles("b", [1, 2], new float[] { 1, -2 }),
                SafetensorsTensor.OfSingles("a", [], new float[] { 0.5f }),
            ],
            new Dictionary<string, string> { ["k"] = "v" }
        );
        const string Header =
            """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]},"z":{"dtype":"U8","shape":[3],"data_offsets":[12,15]}}""";
        var padded = Header.PadRight((Header.Length + 7) / 8 * 8);
        byte[] expected =
        [
            (byte)padded.Length,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            .. Encoding.UTF8.GetBytes(padded),
            0,
            0,
            0,
            63,
            0,
            0,
            128,
            63,
            0,
            0,
            0,
            192,
            7,
            8,
            9,
        ];
        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(expected));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Has.Length.EqualTo(1), "no temporary file stays");
    }

    [Test]
    public async Task Every_type_empty_tensors_and_names_of_any_script_come_back()
    {
        var types = Enum.GetValues<ElementType>().Where(type => type is not (ElementType.Complex64 or ElementType.Complex128)).ToList();
        var contents = types.ToDictionary(
            type => $"größe \"{type}\" 重み 😀",
            type => Enumerable.Range(0, 6 * type.Bytes()).Select(i => (byte)(i % 2)).ToArray()
        );
        var path = Path.Combine(_folder.Path, "all.safetensors");
        await SafetensorsWriter.WriteAsync(
            path,
            [
                .. types.Select(
                    (type, i) => SafetensorsTensor.OfBytes(contents.Keys.ElementAt(i), type, [2, 3], contents.Values.ElementAt(i))
                ),
                SafetensorsTensor.OfBytes("none", ElementType.Float64, [4, 0], ReadOnlyMemory<byte>.Empty),
            ]
        );
        using var file = SafetensorsFile.Open(path);
        foreach (var (name, bytes) in contents)
        {
            var read = new byte[bytes.Length];
            file.Read(name, 0, read);
            Assert.That(read, Is.EqualTo(bytes), name);
            Assert.That(file[name].Offset % file[name].Type.Bytes(), Is.Zero, "aligned");
        }
        Assert.That(file["none"].Bytes, Is.Zero);
    }

    [Test]
    public void What_cannot_be_written_is_refused_and_nothing_is_left()
    {
        var path = Path.Combine(_folder.Path, "x.safetensors");
        var one = SafetensorsTensor.OfSingles("a", [1], new float[1]);
        Assert.That(() => SafetensorsWriter.WriteAsync(path, [one, one]), Throws.ArgumentException);
        Assert.That(() => SafetensorsWriter.WriteAsync(path, [one with { Name = "__metadata__" }]), Throws.ArgumentException);
        Assert.That(() => SafetensorsWriter.WriteAsync(path, [one with { Type = ElementType.Complex64 }]), Throws.ArgumentException);
        Assert.That(() => SafetensorsWriter.WriteAsync(path, [one with { Shape = [-1] }]), Throws.ArgumentException);
        Assert.That(async () => await SafetensorsWriter.WriteAsync(path, [one with { Shape = [2] }]), Throws.InvalidOperationException);
        Assert.That(
            async () => await SafetensorsWriter.WriteAsync(path, [one], cancellationToken: new CancellationToken(true)),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Path), Is.Empty);
    }

    [Test]
    public void Half_precision_widens_exactly()
    {
        var halves = Enumerable.Range(0, 65536).Select(i => (ushort)i).ToArray();
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes<ushort>(halves);
        var values = new float[65536];
        ElementType.Float16.Widen(bytes, values);
        Assert.That(values, Is.EqualTo(halves.Select(bits => (float)BitConverter.UInt16BitsToHalf(bits))));
        ElementType.BFloat16.Widen(bytes, values);
        Assert.That(values.Select(BitConverter.SingleToUInt32Bits), Is.EqualTo(halves.Select(bits => (uint)bits << 16)));
        Assert.That(() => ElementType.Int32.Widen(new byte[4], new float[1]), Throws.ArgumentException);
        Assert.That(() => ElementType.Float32.Widen(new byte[5], new float[1]), Throws.ArgumentException);
    }

    [Test]
    public void An_index_leads_to_the_files_of_its_tensors()
    {
        Write(Image("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1), "1.safetensors");
        Write(Image("""{"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2), "2.safetensors");
        string Index(string map)
        {
            var path = Path.Combine(_folder.Path, "model.safetensors.index.json");
            File.WriteAllText(path, $$"""{"metadata":{"total_size":3},"weight_map":{{map}}}""");
            return path;
        }
        using (var index = SafetensorsIndex.Open(Index("""{"b":"2.safetensors","a":"1.safetensors"}""")))
        {
            Assert.That(index.Names, Is.EqualTo(["a", "b"]));
            Assert.That(index.FileOf("b")["b"].Bytes, Is.EqualTo(2));
            Assert.That(index.Files, Has.Count.EqualTo(2));
            Assert.That(() => index.FileOf("c"), Throws.ArgumentException);
        }
        foreach (
            var (map, problem) in new[]
            {
                ("""{"a":"1.safetensors","b":"1.safetensors"}""", "no such tensor"),
                ("""{"a":"../1.safetensors"}""", "without a path"),
                ("""{"a":3}""", "a file name"),
                ("[]", "weight_map"),
                ("""{"a":"1.safetensors","a":"1.safetensors"}""", "second"),
            }
        )
        {
            Assert.That(
                () => SafetensorsIndex.Open(Index(map)),
                Throws.TypeOf<MalformedFileException>().With.Message.Contains(problem),
                map
            );
        }
        Write(
            Image("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"c":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}""", 1),
            "1.safetensors"
        );
        Assert.That(
            () => SafetensorsIndex.Open(Index("""{"a":"1.safetensors"}""")),
            Throws.TypeOf<MalformedFileException>().With.Message.Contains("\"c\"")
        );
        Assert.That(() => SafetensorsIndex.Open(Index("""{"a":"9.safetensors"}""")), Throws.TypeOf<FileNotFoundException>());
    }

    [Test]
    public void Damaged_files_are_one_error_or_read_whole() => Fuzz(2_000);

    [Test]
    [Category("Long")]
    public void Damaged_files_are_one_error_or_read_whole_a_hundred_thousand_times() => Fuzz(100_000);

    private void Fuzz(int cases)
    {
        var whole = Image(Two, 12);
        var path = Path.Combine(_folder.Path, "fuzz.safetensors");
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.OneOf(Gen.Byte, Gen.Char["0123456789\"{}[],:-"].Select(c => (byte)c)))
            .Array[0, 4]
            .Select(Gen.Int[0, whole.Length * 2])
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
                        using var file = SafetensorsFile.Open(path);
                        foreach (var entry in file.Tensors)
                        {
                            Assert.That(entry.Bytes, Is.LessThan(whole.Length));
                            file.Read(entry.Name, 0, new byte[entry.Bytes]);
                        }
                    }
                    catch (MalformedFileException) { }
                },
                iter: cases,
                threads: 1
            );
    }
}
