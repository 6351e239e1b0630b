using ResearchKit.Goldens;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Merge.Tests.Files;

/// <summary>Merging files: what is written equals what is merged in memory, whatever fails on the way.</summary>
public class StreamingMergeTests
{
    private const int Tasks = 5;

    [TestCase("average", 2.0)]
    [TestCase("task-arithmetic", 1.0)]
    [TestCase("ties", 1.5)]
    [TestCase("dare", 2.0)]
    [TestCase("pcb", 2.0)]
    [TestCase("emr", 2.5)]
    [TestCase("consensus", 3.0)]
    [TestCase("breadcrumbs", 2.0)]
    [TestCase("tsv-m", 2.0)]
    [TestCase("average", 5.0)]
    public async Task What_is_written_equals_the_merge_in_memory_bit_for_bit(string name, double size)
    {
        using WorkFolder folder = new();
        string[] paths = await TestModels.WriteAsync(folder.Path, Tasks, name);
        using Opened opened = new(paths);
        IMergeAlgorithm algorithm = MergeAlgorithms.Known.Create(name);
        StreamingMerge merge = opened.Merge(algorithm, size);
        MergeManifest manifest = await merge.RunAsync(folder["merged"]);
        using MergedModel model = MergedModel.Open(folder["merged"]);

        TaskVectors vectors = TaskVectors.Load(merge.Vectors);
        MergePlan plan = MergePlanner.Plan(vectors, opened.Division, algorithm);
        FlexModel expected = FlexModel.Merge(vectors, opened.Division, plan.AtSize(size), algorithm);
        Assert.That(manifest.Size, Is.EqualTo(expected.Size));
        for (int task = 0; task < Tasks; task++)
        {
            foreach ((string tensor, long[] _) in TestModels.Layout)
            {
                bool own =
                    size == Tasks
                    || expected
                        .Partition.Groups[opened.BlockOf(tensor)]
                        .Any(g => g.Contains(task) && g.Count < algorithm.Traits.MinimumGroup);
                float[] values = own
                    ? TestModels.Values(TestModels.Layout.First(t => t.Name == tensor), $"task-{task}", name)
                    : expected.Parameters(task, tensor);
                Assert.That(model.ReadSingles(task, tensor), Is.EqualTo(values), $"{tensor} of {task}");
            }
            Assert.That(BitConverter.ToInt64(model.Read(task, "counter")), Is.EqualTo(7));
        }
        Assert.That(Directory.Exists(StreamingMerge.WorkFolder(folder["merged"])), Is.False);
    }

    [TestCase(ElementType.Float16)]
    [TestCase(ElementType.BFloat16)]
    [TestCase(ElementType.Float64)]
    public async Task Other_types_keep_their_type_and_a_tasks_own_bytes(ElementType type)
    {
        using WorkFolder folder = new();
        string[] paths = await TestModels.WriteAsync(folder.Path, Tasks, "types", type);
        using Opened opened = new(paths);
        await opened.Merge(new EmrMerging(), 4).RunAsync(folder["merged"]);
        using MergedModel model = MergedModel.Open(folder["merged"]);
        await model.MaterializeAsync(2, folder["one"]);
        using ICheckpoint one = ModelPath.Open(folder["one"]);
        using ICheckpoint own = ModelPath.Open(paths[3]);
        int same = 0;
        foreach (TensorInfo tensor in own.Tensors.Values)
        {
            Assert.That(one.Tensors[tensor.Name].Text, Is.EqualTo(tensor.Text));
            byte[] a = new byte[tensor.Bytes];
            byte[] b = new byte[tensor.Bytes];
            one.ReadBytes(tensor.Name, 0, a);
            own.ReadBytes(tensor.Name, 0, b);
            same += a.AsSpan().SequenceEqual(b) ? 1 : 0;
        }
        Assert.That(same, Is.GreaterThan(1), "blocks that are not merged are copied");
        Assert.That(
            new SizeAccounting(true, type == ElementType.Float64 ? 32 : 16).Minimum(Tasks),
            Is.EqualTo(type == ElementType.Float64 ? 2 + (5 / 32.0) : 2 + (5 / 16.0))
        );
    }

    [Test]
    public async Task Slices_of_tensors_are_put_together_again()
    {
        using WorkFolder folder = new();
        string[] paths = await TestModels.WriteAsync(folder.Path, Tasks, "slices");
        using Opened opened = new(paths, Granularity.Slice);
        await opened.Merge(new EmrMerging(), 2.75).RunAsync(folder["merged"]);
        using MergedModel model = MergedModel.Open(folder["merged"]);
        TaskVectors vectors = TaskVectors.Load(opened.Merge(new EmrMerging(), 2.75).Vectors);
        FlexModel expected = FlexModel.Merge(
            vectors,
            opened.Division,
            MergePlanner.Plan(vectors, opened.Division, new EmrMerging()).AtSize(2.75),
            new EmrMerging()
        );
        GoldenModels.AssertClose(model.ReadSingles(1, "embed.weight"), expected.Parameters(1, "embed.weight"), "embed", 1e-6, 1e-6);
    }

    [Test]
    public async Task A_merge_that_is_stopped_goes_on_and_ends_the_same()
    {
        using WorkFolder folder = new();
        string[] paths = await TestModels.WriteAsync(folder.Path, Tasks, "resume");
        using Opened opened = new(paths);
        await opened.Merge(new EmrMerging(), 3).RunAsync(folder["whole"]);
        for (int stop = 1; stop <= opened.Division.Blocks.Count; stop++)
        {
            using CancellationTokenSource source = new();
            StopAfter progress = new(stop, source);
            Assert.That(
                async () => await opened.Merge(new EmrMerging(), 3).RunAsync(folder["resumed"], progress: progress, ct: source.Token),
                Throws.InstanceOf<OperationCanceledException>()
            );
            Assert.That(Directory.Exists(folder["resumed"]), Is.False, "nothing half-written has the result's name");
            Assert.That(Directory.GetFiles(StreamingMerge.WorkFolder(folder["resumed"]), "blocks-*.safetensors"), Has.Length.EqualTo(stop));
        }
        Assert.That(
            async () => await opened.Merge(new EmrMerging(), 4).RunAsync(folder["resumed"]),
            Throws.InstanceOf<ResearchKitException>().With.Property("Code").EqualTo(MergeErrors.OtherMerge)
        );
        await opened.Merge(new EmrMerging(), 3).RunAsync(folder["resumed"]);
        Assert.That(Hashes(folder["resumed"]), Is.EqualTo(Hashes(folder["whole"])));
    }

    [Test]
    public async Task An_existing_folder_an_input_and_a_small_limit_are_refused_before_anything_is_written()
    {
        using WorkFolder folder = new();
        string[] paths = await TestModels.WriteAsync(folder.Path, Tasks, "refused");
        using Opened opened = new(paths);
        Directory.CreateDirectory(folder["there"]);
        Assert.That(
            async () => await opened.Merge(new Averaging(), 1).RunAsync(folder["there"]),
            Throws.ArgumentException.With.Message.Contains("already there")
        );
        Assert.That(
            async () => await opened.Merge(new Averaging(), 1).RunAsync(folder.Path),
            Throws.ArgumentException.With.Message.Contains("input")
        );
        StreamingMergeOptions small = new() { Memory = new ByteSize(1000) };
        Assert.That(
            async () => await opened.Merge(new Averaging(), small).RunAsync(folder["out"]),
            Throws
                .InstanceOf<ResearchKitException>()
                .With.Property("Code")
                .EqualTo(MergeErrors.MemoryLimit)
                .And.Message.Contains("limit is")
        );
        Assert.That(
            () => opened.Merge(new EmrMerging(), 1),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("2.15625")
        );
        Assert.That(() => opened.Merge(new Averaging(), 6), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("to 5"));
        Assert.That(() => opened.Merge(new Averaging(), double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => opened.Merge(new Slerp(), 1), Throws.ArgumentException.With.Message.Contains("at most 2"));
        Assert.That(Directory.Exists(folder["out"]), Is.False);
    }

    [Test]
    public async Task Models_that_differ_are_refused_with_every_difference()
    {
        using WorkFolder folder = new();
        string[] paths = await TestModels.WriteAsync(folder.Path, 2, "differ");
        await SafetensorsWriter.WriteAsync(
            folder["odd.safetensors"],
            [
                SafetensorsTensor.OfSingles("embed.weight", [3], new float[3]),
                SafetensorsTensor.OfSingles("classifier.weight", [2], new float[2]),
            ]
        );
        using ICheckpoint start = ModelPath.Open(paths[0]);
        using ICheckpoint a = ModelPath.Open(paths[1]);
        using ICheckpoint odd = ModelPath.Open(folder["odd.safetensors"]);
        ArgumentException? error = Assert.Throws<ArgumentException>(() => CheckpointComparison.Of(start, [("a", a), ("odd", odd)]));
        Assert.That(
            error!.Message,
            Does.Contain("embed.weight").And.Contain("classifier.weight").And.Contain("layers.0.mlp.weight").And.Not.Contain("a: ")
        );
        Assert.That(
            () => CheckpointComparison.Of(start, [("a", a), ("odd", odd)], ["classifier"]),
            Throws.ArgumentException.With.Message.Not.Contains("classifier.weight")
        );
    }

    [Test]
    public async Task Integers_that_differ_and_values_that_are_not_finite_are_named()
    {
        using WorkFolder folder = new();
        string[] paths = await TestModels.WriteAsync(folder.Path, 3, "integers");
        await Rewrite(paths[2], TestModels.Counter(8), null);
        using (Opened opened = new(paths))
        {
            Assert.That(
                async () => await opened.Merge(new Averaging(), 1).RunAsync(folder["out"]),
                Throws.ArgumentException.With.Message.Contains("\"counter\" (Int64) of task-1")
            );
            MergeManifest manifest = await opened
                .Merge(new Averaging(), new StreamingMergeOptions { TakeBaseIntegers = true })
                .RunAsync(folder["out"]);
            Assert.That(manifest.Size, Is.EqualTo(1));
        }
        await Rewrite(paths[3], TestModels.Counter(7), 17);
        using (Opened opened = new(paths))
        {
            ResearchKitException? error = await Assert.ThrowsAsync<ResearchKitException>(async () =>
                await opened.Merge(new Averaging(), new StreamingMergeOptions { TakeBaseIntegers = true }).RunAsync(folder["other"])
            );
            Assert.That(error!.Code, Is.EqualTo(MergeErrors.NonFinite));
            Assert.That(
                error.Message,
                Does.Contain("layers.0.attn.weight").And.Contain("task-2").And.Contain("index 17").And.Contain("1 values")
            );
        }
    }

    [Test]
    public async Task A_damaged_folder_is_refused()
    {
        using WorkFolder folder = new();
        string[] paths = await TestModels.WriteAsync(folder.Path, 3, "damage");
        using (Opened opened = new(paths))
        {
            await opened.Merge(new Averaging(), 2).RunAsync(folder["merged"]);
        }
        Assert.That(() => MergedModel.Open(folder.Path), Throws.InstanceOf<ResearchKitException>().With.Message.Contains("flexmerge.json"));
        string block = Path.Combine(folder["merged"], "blocks-00002.safetensors");
        byte[] bytes = await File.ReadAllBytesAsync(block);
        await File.WriteAllBytesAsync(block, bytes[..^3]);
        Assert.That(
            () => MergedModel.Open(folder["merged"]),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("blocks-00002")
        );
        File.Delete(block);
        Assert.That(
            () => MergedModel.Open(folder["merged"]),
            Throws
                .InstanceOf<ResearchKitException>()
                .With.Property("Code")
                .EqualTo(MergeErrors.MergedFolderInvalid)
                .And.Message.Contains("missing")
        );
        await File.WriteAllTextAsync(Path.Combine(folder["merged"], "flexmerge.json"), "{\"schema\": 99}");
        Assert.That(() => MergedModel.Open(folder["merged"]), Throws.InstanceOf<ResearchKitException>().With.Message.Contains("newer"));
    }

    [Test]
    public async Task A_lora_adapter_is_base_plus_product()
    {
        using WorkFolder folder = new();
        string[] paths = await TestModels.WriteAsync(folder.Path, 2, "lora");
        string adapter = folder["adapter"];
        Directory.CreateDirectory(adapter);
        await File.WriteAllTextAsync(
            Path.Combine(adapter, "adapter_config.json"),
            "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 6}"
        );
        float[] a = TestModels.Vector(RandomStream.Named("lora-a"), 2 * 6, 1);
        float[] b = TestModels.Vector(RandomStream.Named("lora-b"), 8 * 2, 1);
        await SafetensorsWriter.WriteAsync(
            Path.Combine(adapter, "adapter_model.safetensors"),
            [
                SafetensorsTensor.OfSingles("base_model.model.layers.0.attn.lora_A.weight", [2, 6], a),
                SafetensorsTensor.OfSingles("base_model.model.layers.0.attn.lora_B.weight", [8, 2], b),
            ]
        );
        using ICheckpoint start = ModelPath.Open(paths[0]);
        using ICheckpoint model = ModelPath.Open(adapter, start);
        float[] own = new float[48];
        float[] values = new float[48];
        start.ReadSingles("layers.0.attn.weight", 0, own);
        model.ReadSingles("layers.0.attn.weight", 0, values);
        for (int i = 0; i < 48; i++)
        {
            double product = (b[i / 6 * 2] * a[i % 6]) + (b[(i / 6 * 2) + 1] * a[6 + (i % 6)]);
            Assert.That(values[i], Is.EqualTo(own[i] + (3 * product)).Within(1e-5));
        }
        Assert.That(() => ModelPath.Open(adapter), Throws.ArgumentException.With.Message.Contains("needs a base"));
        await File.WriteAllTextAsync(Path.Combine(adapter, "adapter_config.json"), "{\"peft_type\": \"IA3\", \"r\": 2}");
        Assert.That(() => ModelPath.Open(adapter, start), Throws.TypeOf<MalformedFileException>().With.Message.Contains("LORA"));
    }

    [Test]
    public async Task Files_that_are_no_model_are_refused_by_kind()
    {
        using WorkFolder folder = new();
        Assert.That(() => ModelPath.Open(folder["none"]), Throws.ArgumentException.With.Message.Contains("not there"));
        Assert.That(() => ModelPath.Open(folder.Path), Throws.ArgumentException.With.Message.Contains("model.safetensors"));
        await File.WriteAllBytesAsync(folder["bare.bin"], [0x80, 2, (byte)'}', (byte)'.']);
        Assert.That(() => ModelPath.Open(folder["bare.bin"]), Throws.TypeOf<MalformedFileException>().With.Message.Contains("pickle"));
        await File.WriteAllTextAsync(folder["x.txt"], "x");
        Assert.That(() => ModelPath.Open(folder["x.txt"]), Throws.ArgumentException.With.Message.Contains(".safetensors"));
    }

    [Test]
    public void Task_names_must_be_two_at_least_and_differ()
    {
        Assert.That(() => TaskNames.Check(["a"]), Throws.ArgumentException.With.Message.Contains("at least 2"));
        Assert.That(() => TaskNames.Check(["a", "b", "a"]), Throws.ArgumentException.With.Message.Contains("given twice: a"));
        Assert.That(() => TaskNames.Check(["a", "b/c"]), Throws.ArgumentException.With.Message.Contains("b/c"));
    }

    [Test]
    [NonParallelizable]
    public async Task Shared_tensors_are_in_memory_once_and_are_freed()
    {
        using WorkFolder folder = new();
        string[] paths = await TestModels.WriteAsync(folder.Path, Tasks, "shared");
        using Opened opened = new(paths);
        await opened.Merge(new Averaging(), 1).RunAsync(folder["merged"]);
        using MergedModel model = MergedModel.Open(folder["merged"]);
        LiveTensors.AssertNoLeak(() =>
        {
            using SharedTensors shared = model.LoadShared();
            Assert.That(shared.Count, Is.EqualTo(TestModels.Layout.Length));
            Assert.That(shared.StateDict("task-0")["embed.weight"], Is.SameAs(shared.StateDict("task-4")["embed.weight"]));
        });
    }

    private static async Task Rewrite(string path, SafetensorsTensor counter, int? nan)
    {
        List<SafetensorsTensor> tensors = [counter];
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            foreach (SafetensorsEntry entry in file.Tensors.Where(t => t.Name != "counter"))
            {
                float[] values = new float[entry.Count];
                file.ReadSingles(entry.Name, 0, values);
                if (nan is { } at && entry.Name == "layers.0.attn.weight")
                {
                    values[at] = float.NaN;
                }
                tensors.Add(SafetensorsTensor.OfSingles(entry.Name, entry.Shape, values));
            }
        }
        await SafetensorsWriter.WriteAsync(path, tensors);
    }

    private static string[] Hashes(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder)
                .Order(StringComparer.Ordinal)
                .Select(path => $"{Path.GetFileName(path)} {Checksum.Sha256(File.ReadAllBytes(path))}"),
        ];

    private sealed class StopAfter(int blocks, CancellationTokenSource source) : IProgress<MergeProgress>
    {
        private int _done;

        public void Report(MergeProgress value)
        {
            if (value.Phase == "merging" && ++_done == blocks)
            {
                source.Cancel();
            }
        }
    }

    private sealed class Opened : IDisposable
    {
        private readonly ICheckpoint _base;
        private readonly (string, ICheckpoint)[] _tasks;
        private readonly CheckpointComparison _comparison;

        public Opened(string[] paths, Granularity granularity = Granularity.SubLayer)
        {
            _base = ModelPath.Open(paths[0]);
            _tasks = [.. paths.Skip(1).Select(path => (Path.GetFileNameWithoutExtension(path), ModelPath.Open(path, _base)))];
            _comparison = CheckpointComparison.Of(_base, _tasks);
            Division = InferredLayout.Divide(_comparison.Merged.Select(t => (t.Name, t.Shape)), granularity);
        }

        public BlockDivision Division { get; }

        public int BlockOf(string tensor) =>
            Division.Blocks.Select((block, i) => (block, i)).First(x => x.block.Tensors.Any(t => t.Name == tensor)).i;

        public StreamingMerge Merge(IMergeAlgorithm algorithm, double size) => Merge(algorithm, new StreamingMergeOptions { Size = size });

        public StreamingMerge Merge(IMergeAlgorithm algorithm, StreamingMergeOptions options) =>
            new(_base, _tasks, _comparison, Division, algorithm, options);

        public void Dispose()
        {
            foreach ((_, ICheckpoint model) in _tasks)
            {
                model.Dispose();
            }
            _base.Dispose();
        }
    }
}
