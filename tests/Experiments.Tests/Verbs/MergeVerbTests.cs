using System.Diagnostics;
using System.Text.Json;
using ResearchKit.Merge;
using ResearchKit.Numerics;
using ResearchKit.Papers.Verbs;

namespace ResearchKit.Experiments.Tests.Verbs;

/// <summary>The verb as its user meets it: folders in, folders and an exit code out.</summary>
public class MergeVerbTests
{
    private static readonly (string Name, long[] Shape)[] Layout =
    [
        ("embed.weight", [16, 8]),
        ("layers.0.fc.weight", [8, 8]),
        ("layers.1.fc.weight", [8, 8]),
        ("ln_post.weight", [8]),
    ];

    private string folder = "";

    [SetUp]
    public async Task MakeModels()
    {
        folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "merge-verb", TestContext.CurrentContext.Test.ID);
        foreach (string name in new[] { "base", "a", "b", "c", "d" })
        {
            Directory.CreateDirectory(At(name));
            await File.WriteAllTextAsync(Path.Combine(At(name), "config.json"), $"{{\"name\": \"{name}\"}}");
            await File.WriteAllTextAsync(Path.Combine(At(name), "tokenizer.json"), "{}");
            await WriteAsync(Path.Combine(At(name), "model.safetensors"), name);
        }
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Folders_are_merged_inspected_and_a_task_is_written_out_again()
    {
        VerbResult run = await Run([
            "run",
            .. Models(),
            "--algorithm",
            "ties",
            "--density",
            "0.5",
            "--size",
            "2",
            "--out",
            At("merged"),
            "--json",
        ]);
        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(Json(run).GetProperty("size").GetDouble(), Is.LessThanOrEqualTo(2));
        string card = await File.ReadAllTextAsync(Path.Combine(At("merged"), "README.md"));
        Assert.That(card, Does.Contain("TiesMerging").And.Contain("model.safetensors").And.Contain("SHA-256"));
        VerbResult inspected = await Run(["inspect", At("merged")]);
        Assert.That(inspected.Out, Does.Contain("layers.1.fc").And.Contain("a, b, c, d"));
        VerbResult written = await Run(["materialize", At("merged"), "--task", "c", "--out", At("c-again")]);
        Assert.That(written.Code, Is.Zero, written.Error);
        Assert.That(
            await File.ReadAllTextAsync(Path.Combine(At("c-again"), "config.json")),
            Does.Contain("\"c\""),
            "the task's own configuration"
        );
        Assert.That(File.Exists(Path.Combine(At("c-again"), "tokenizer.json")), Is.True);
        Assert.That((await Run(["inspect", At("c-again")])).Out, Does.Contain("4 tensors"));
        Assert.That((await Run(["materialize", At("merged"), "--task", "zz", "--out", At("no")])).Error, Does.Contain("a, b, c, d"));
    }

    [Test]
    public async Task At_the_size_of_all_models_each_task_gets_its_own_bytes()
    {
        Assert.That((await Run(["run", .. Models(), "--size", "4", "--out", At("all")])).Code, Is.Zero);
        Assert.That((await Run(["materialize", At("all"), "--task", "b", "--out", At("b-again")])).Code, Is.Zero);
        using ICheckpoint own = ModelPath.Open(At("b"));
        using ICheckpoint again = ModelPath.Open(At("b-again"));
        foreach (TensorInfo tensor in own.Tensors.Values)
        {
            byte[] x = new byte[tensor.Bytes];
            byte[] y = new byte[tensor.Bytes];
            own.ReadBytes(tensor.Name, 0, x);
            again.ReadBytes(tensor.Name, 0, y);
            Assert.That(y, Is.EqualTo(x), tensor.Name);
        }
    }

    [Test]
    public async Task Shards_and_an_adapter_are_models_too()
    {
        await SafetensorsWriter.WriteAsync(Path.Combine(At("a"), "one.safetensors"), [Tensor(Layout[0], "a"), Tensor(Layout[1], "a")]);
        await SafetensorsWriter.WriteAsync(Path.Combine(At("a"), "two.safetensors"), [Tensor(Layout[2], "a"), Tensor(Layout[3], "a")]);
        File.Delete(Path.Combine(At("a"), "model.safetensors"));
        string map = string.Join(", ", Layout.Select((t, i) => $"\"{t.Name}\": \"{(i < 2 ? "one" : "two")}.safetensors\""));
        await File.WriteAllTextAsync(
            Path.Combine(At("a"), "model.safetensors.index.json"),
            $"{{\"metadata\": {{}}, \"weight_map\": {{{map}}}}}"
        );
        string adapter = At("adapter");
        Directory.CreateDirectory(adapter);
        await File.WriteAllTextAsync(
            Path.Combine(adapter, "adapter_config.json"),
            "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 2}"
        );
        float[] left = [1, 2, 3, 4, 5, 6, 7, 8];
        float[] right = [0.5f, 0, 0, 0, 0, 0, 0, -1];
        await SafetensorsWriter.WriteAsync(
            Path.Combine(adapter, "adapter_model.safetensors"),
            [
                SafetensorsTensor.OfSingles("base_model.model.layers.0.fc.lora_A.weight", [1, 8], right),
                SafetensorsTensor.OfSingles("base_model.model.layers.0.fc.lora_B.weight", [8, 1], left),
            ]
        );
        VerbResult run = await Run([
            "run",
            "--base",
            At("base"),
            "--model",
            $"a={At("a")}",
            "--model",
            $"lora={adapter}",
            "--size",
            "2",
            "--out",
            At("merged"),
        ]);
        Assert.That(run.Code, Is.Zero, run.Error);
        using MergedModel model = MergedModel.Open(At("merged"));
        float[] values = model.ReadSingles(model.Task("lora"), "layers.0.fc.weight");
        float[] start = Values(Layout[1], "base");
        for (int i = 0; i < 64; i++)
        {
            Assert.That(values[i], Is.EqualTo(start[i] + (2 * left[i / 8] * right[i % 8])).Within(1e-6));
        }
        Assert.That(model.ReadSingles(model.Task("lora"), "embed.weight"), Is.EqualTo(Values(Layout[0], "base")));
        Assert.That(model.ReadSingles(model.Task("a"), "layers.1.fc.weight"), Is.EqualTo(Values(Layout[2], "a")));
    }

    [Test]
    public async Task A_plan_and_a_dry_run_write_nothing()
    {
        VerbResult plan = await Run(["plan", .. Models(), "--size", "2", "--json", "--out", At("plan.json")]);
        Assert.That(plan.Code, Is.Zero, plan.Error);
        Assert.That(Json(plan).GetProperty("blocks").GetInt32(), Is.EqualTo(4));
        MergePlan read = MergePlan.Parse(await File.ReadAllTextAsync(At("plan.json")), "plan.json");
        Assert.That(read.Steps, Has.Count.EqualTo(12));
        VerbResult dry = await Run(["run", .. Models(), "--algorithm", "emr", "--size", "2.5", "--out", At("merged"), "--dry-run"]);
        Assert.That(dry.Code, Is.Zero, dry.Error);
        Assert.That(dry.Out, Does.Contain("2.125").And.Contain("groups at 2.5"));
        Assert.That(Directory.Exists(At("merged")), Is.False);
    }

    [Test]
    public async Task All_problems_are_listed_at_once_and_nothing_is_written()
    {
        await SafetensorsWriter.WriteAsync(
            Path.Combine(At("d"), "model.safetensors"),
            [SafetensorsTensor.OfSingles("embed.weight", [2], new float[2])]
        );
        await File.WriteAllBytesAsync(At("x.safetensors"), new byte[5]);
        VerbResult many = await Run([
            "run",
            "--base",
            At("base"),
            "--model",
            $"a={At("nowhere")}",
            "--model",
            "b",
            "--model",
            $"x={At("x.safetensors")}",
            "--algorithm",
            "tiez",
            "--out",
            At("merged"),
            "--dry-run",
        ]);
        Assert.That(many.Code, Is.EqualTo(2));
        Assert.That(many.Error, Does.Contain("nowhere").And.Contain("name=path").And.Contain("x.safetensors").And.Contain("tiez"));
        (string[] Arguments, string Expected)[] cases =
        [
            ([.. Models()], "layers.0.fc.weight"),
            (["--base", At("base"), "--model", $"a={At("a")}"], "at least 2"),
            (["--base", At("base"), "--model", $"a={At("a")}", "--model", $"a={At("b")}"], "given twice"),
            ([.. Few(), "--size", "9"], "from 1 to 3"),
            ([.. Few(), "--size", "0.5"], "from 1 to 3"),
            ([.. Few(), "--algorithm", "emr", "--size", "1"], "from 2.09375 to 3"),
            ([.. Few(), "--algorithm", "ties", "--density", "0"], "above 0 and at most 1"),
            ([.. Few(), "--algorithm", "dare", "--drop-rate", "1"], "below 1"),
            ([.. Few(), "--algorithm", "slerp"], "at most 2"),
            ([.. Few(), "--layout", "t5-base"], "no tensor matches"),
            ([.. Few(), "--layout", "nothing"], "clip-vit-b32"),
            ([.. Few(), "--memory", "lots"], "2GiB"),
            (["--base", At("absent"), "--model", $"a={At("a")}", "--model", $"b={At("b")}"], "absent"),
        ];
        foreach ((string[] arguments, string expected) in cases)
        {
            VerbResult result = await Run(["run", .. arguments, "--out", At("merged")]);
            Assert.That(result.Code, Is.EqualTo(2), $"{expected}: {result.Error}");
            Assert.That(result.Error, Does.Contain(expected), string.Join(' ', arguments));
        }
        VerbResult small = await Run(["run", .. Few(), "--memory", "1KiB", "--out", At("merged")]);
        Assert.That((small.Code, small.Error), Is.EqualTo((3, small.Error)));
        Assert.That(small.Error, Does.Contain("limit is 1 KiB"));
        Assert.That(Directory.Exists(At("merged")), Is.False);
    }

    [Test]
    public async Task An_evaluator_in_any_language_drives_the_curve_and_is_asked_once()
    {
        string log = At("asked.txt");
        // As a user would: the size of the folder's files stands for an accuracy, and each call is noted.
        string command =
            $"echo {{task}} >> '{log}'; test -f {{dir}}/model.safetensors && echo 'some output' && echo '{{\"accuracy\": 0.75}}'";
        string[] arguments =
        [
            "sweep",
            .. Few(),
            "--sizes",
            "1:3:1",
            "--evaluate",
            command,
            "--out",
            At("sweep"),
            "--json",
            "--accuracy-target",
            "0.7",
        ];
        VerbResult first = await Run(arguments);
        Assert.That(first.Code, Is.Zero, first.Error);
        Assert.That(Json(first).GetProperty("points").GetArrayLength(), Is.EqualTo(3));
        Assert.That(Json(first).GetProperty("reached").GetDouble(), Is.EqualTo(1));
        Assert.That(File.Exists(Path.Combine(At("sweep"), "curve.csv")), Is.True);
        Assert.That(Directory.GetFiles(At("sweep"), "*.svg"), Is.Not.Empty);
        int asked = (await File.ReadAllLinesAsync(log)).Length;
        Assert.That(asked, Is.LessThanOrEqualTo(9).And.GreaterThanOrEqualTo(6));
        Assert.That((await Run(arguments)).Code, Is.Zero);
        Assert.That((await File.ReadAllLinesAsync(log)).Length, Is.EqualTo(asked), "what was evaluated is kept");
        VerbResult wrong = await Run(["sweep", .. Few(), "--sizes", "1", "--evaluate", "echo nonsense", "--out", At("other")]);
        Assert.That((wrong.Code, wrong.Error), Is.EqualTo((3, wrong.Error)));
        Assert.That(wrong.Error, Does.Contain("nonsense").And.Contain("RK6305"));
        Assert.That(
            (await Run(["sweep", .. Few(), "--sizes", "1:x:2", "--evaluate", "true", "--out", At("other")])).Error,
            Does.Contain("first:last:step")
        );
    }

    [Test]
    [Category("External")]
    public async Task Five_lines_of_Python_are_an_evaluator()
    {
        if (!File.Exists("/usr/bin/python3"))
        {
            Assert.Ignore("python3 is not installed: /usr/bin/python3");
        }
        string script = At("evaluate.py");
        await File.WriteAllTextAsync(
            script,
            """
            import json, struct, sys
            data = open(sys.argv[1] + "/model.safetensors", "rb").read()
            header = json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]])
            tensors = [name for name in header if name != "__metadata__"]
            print(json.dumps({"accuracy": len(tensors) / 8}))
            """
        );
        VerbResult result = await Run([
            "sweep",
            .. Few(),
            "--sizes",
            "1,3",
            "--evaluate",
            $"/usr/bin/python3 '{script}' {{dir}} {{task}}",
            "--out",
            At("sweep"),
            "--json",
        ]);
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(Json(result).GetProperty("points")[0].GetProperty("mean").GetDouble(), Is.EqualTo(0.5));
    }

    [Test]
    [Category("Long")]
    public async Task A_killed_merge_leaves_no_result_and_goes_on()
    {
        string tool = Path.Combine(TestContext.CurrentContext.TestDirectory, "researchkit.dll");
        string[] many = [.. Enumerable.Range(0, 12).Select(i => $"big-{i}")];
        (string, long[])[] layout = [.. Enumerable.Range(0, 24).Select(i => ($"layers.{i}.fc.weight", new long[] { 256, 256 }))];
        foreach (string name in many.Prepend("big"))
        {
            await SafetensorsWriter.WriteAsync(At($"{name}.safetensors"), layout.Select(t => Tensor(t, name)));
        }
        string[] arguments =
        [
            "merge",
            "run",
            "--base",
            At("big.safetensors"),
            .. many.SelectMany(name => new[] { "--model", $"{name}={At($"{name}.safetensors")}" }),
            "--algorithm",
            "emr",
            "--size",
            "4",
            "--no-hash",
            "--out",
            At("killed"),
        ];
        int killed = 0;
        for (int attempt = 0; attempt < 40 && !Directory.Exists(At("killed")); attempt++)
        {
            using Process process = Process.Start(
                new ProcessStartInfo("dotnet", [tool, .. arguments])
                {
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                    RedirectStandardInput = true,
                }
            )!;
            process.StandardInput.Close();
            string work = StreamingMerge.WorkFolder(At("killed"));
            int goal = attempt < 3 ? 4 * (attempt + 1) : int.MaxValue;
            for (int wait = 0; wait < 6000 && !process.HasExited; wait++)
            {
                if (Directory.Exists(work) && Directory.GetFiles(work, "blocks-*.safetensors").Length >= goal)
                {
                    process.Kill();
                    killed++;
                }
                await Task.Delay(20);
            }
            Assert.That(process.HasExited, Is.True, "the merge took more than two minutes");
            if (Directory.Exists(At("killed")))
            {
                break;
            }
        }
        Assert.That(killed, Is.GreaterThan(0), "no run was killed");
        Assert.That((await Run([.. arguments[1..^1], At("whole")])).Code, Is.Zero);
        foreach (string file in Directory.GetFiles(At("whole"), "*.safetensors"))
        {
            Assert.That(
                await File.ReadAllBytesAsync(Path.Combine(At("killed"), Path.GetFileName(file))),
                Is.EqualTo(await File.ReadAllBytesAsync(file)),
                file
            );
        }
    }

    [Test]
    [Category("External")]
    public async Task A_full_disk_is_a_clear_error_and_the_inputs_stay()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/bin/sh"))
        {
            Assert.Ignore("the limit on file sizes needs a shell of Linux");
        }
        // A limit on the size of files stands for the full disk: the write fails in the middle.
        string tool = Path.Combine(TestContext.CurrentContext.TestDirectory, "researchkit.dll");
        (string, long[])[] layout = [("layers.0.fc.weight", [512, 512]), ("layers.1.fc.weight", [512, 512])];
        foreach (string name in new[] { "big", "big-a", "big-b" })
        {
            await SafetensorsWriter.WriteAsync(At($"{name}.safetensors"), layout.Select(t => Tensor(t, name)));
        }
        byte[] before = await File.ReadAllBytesAsync(At("big-a.safetensors"));
        string line =
            $"trap '' XFSZ; ulimit -f 600; exec dotnet '{tool}' merge run --base '{At("big.safetensors")}' --model a='{At("big-a.safetensors")}' --model b='{At("big-b.safetensors")}' --size 1 --out '{At("full")}'";
        // The runtime itself maps a large file where it guards its code pages; that guard is off here.
        ProcessStartInfo start = new("/bin/sh", ["-c", line])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0", ["DOTNET_EnableDiagnostics"] = "0" },
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        string error = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        Assert.That(process.ExitCode, Is.EqualTo(3), error);
        Assert.That(error, Does.Contain("RK3001").And.Contain("could not be written"));
        Assert.That(Directory.Exists(At("full")), Is.False);
        Assert.That(Directory.GetFiles(StreamingMerge.WorkFolder(At("full")), "blocks-*"), Is.Empty);
        Assert.That(await File.ReadAllBytesAsync(At("big-a.safetensors")), Is.EqualTo(before));
    }

    private string At(string name) => Path.Combine(folder, name);

    private string[] Models() => [.. Few(), "--model", $"d={At("d")}"];

    private string[] Few() => ["--base", At("base"), "--model", $"a={At("a")}", "--model", $"b={At("b")}", "--model", $"c={At("c")}"];

    private static Task WriteAsync(string path, string owner) => SafetensorsWriter.WriteAsync(path, Layout.Select(t => Tensor(t, owner)));

    private static SafetensorsTensor Tensor((string Name, long[] Shape) tensor, string owner) =>
        SafetensorsTensor.OfSingles(tensor.Name, tensor.Shape, Values(tensor, owner));

    private static float[] Values((string Name, long[] Shape) tensor, string owner)
    {
        float[] values = new float[tensor.Shape.Aggregate(1L, (a, b) => a * b)];
        float[] own = new float[values.Length];
        RandomStream.Named("merge-verb", "base", tensor.Name).Fill(values);
        RandomStream.Named("merge-verb", owner, tensor.Name, "own").Fill(own);
        for (int i = 0; owner is not ("base" or "big") && i < values.Length; i++)
        {
            values[i] += (own[i] - 0.5f) / 4;
        }
        return values;
    }

    private static JsonElement Json(VerbResult result) => JsonDocument.Parse(result.Out).RootElement;

    private static Task<VerbResult> Run(string[] arguments) => VerbRun.OfAsync(new MergeVerb(), ["merge", .. arguments]);
}
