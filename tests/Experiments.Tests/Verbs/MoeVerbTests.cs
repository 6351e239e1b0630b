using System.Text.Json;
using ResearchKit.Numerics;
using ResearchKit.Papers.Verbs;

namespace ResearchKit.Experiments.Tests.Verbs;

/// <summary>What the verb does with the files of its user.</summary>
public class MoeVerbTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        _folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "moe-verb", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(_folder);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_trace_of_tokens_is_simulated_under_both_assumptions()
    {
        // 64 experts, two layers; half of the tokens go to expert 0.
        RandomStream stream = RandomStream.Named("moe-verb");
        long[] experts = [.. Enumerable.Range(0, 16_000).Select(_ => stream.NextBool(0.5) ? 0L : stream.NextInt(64))];
        await NpyFile.SaveAsync(File("trace.npy"), NpyArray.Of(experts, 8000, 2));
        VerbResult result = await Run("simulate", "--trace", File("trace.npy"), "--experts", "64", "--q", "16", "--json");
        Assert.That(result.Code, Is.Zero, result.Error);
        using JsonDocument report = JsonDocument.Parse(result.Out);
        JsonElement[] systems = [.. report.RootElement.GetProperty("systems").EnumerateArray()];
        Assert.That(systems.Select(s => s.GetProperty("system").GetString()), Is.EqualTo(new[] { "harmoeny", "fixed", "fastermoe" }));
        Assert.That(systems[0].GetProperty("maxOverMean").GetDouble(), Is.LessThan(1.2));
        Assert.That(systems[1].GetProperty("maxOverMean").GetDouble(), Is.GreaterThan(3));
        Assert.That(systems[0].GetProperty("otherAssumptionMs").GetDouble(), Is.Positive);
        Assert.That(report.RootElement.GetProperty("error").GetString(), Does.Contain("leave-one-out"));
        Assert.That(report.RootElement.GetProperty("assumption").GetString(), Does.Contain("consecutive tokens"));
    }

    [Test]
    public async Task The_same_loads_as_csv_and_json_lines()
    {
        await System.IO.File.WriteAllTextAsync(File("a.csv"), "layer,rank,expert,tokens\n0,0,0,90\n0,0,1,3\n0,1,0,50\n0,1,3,7\n");
        await System.IO.File.WriteAllTextAsync(
            File("a.jsonl"),
            "{\"layer\":0,\"rank\":0,\"loads\":[90,3,0,0]}\n{\"layer\":0,\"rank\":1,\"loads\":[50,0,0,7]}\n"
        );
        foreach (string file in new[] { "a.csv", "a.jsonl" })
        {
            VerbResult result = await Run("plan", "--counts", File(file), "--ranks", "2", "--experts", "4", "--q", "1", "--json");
            Assert.That(result.Code, Is.Zero, result.Error);
            using JsonDocument report = JsonDocument.Parse(result.Out);
            Assert.That(
                report.RootElement.GetProperty("loadsBefore").EnumerateArray().Select(v => v.GetInt32()),
                Is.EqualTo(new[] { 143, 7 })
            );
            Assert.That(
                report.RootElement.GetProperty("loadsAfter").EnumerateArray().Select(v => v.GetInt32()),
                Is.EqualTo(new[] { 75, 75 })
            );
            Assert.That(report.RootElement.GetProperty("moves").GetArrayLength(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_machine_is_calibrated_and_simulated()
    {
        VerbResult measured = await Run("calibrate", "--width", "16", "--hidden", "32", "--out", File("cluster.json"));
        Assert.That(measured.Code, Is.Zero, measured.Error);
        await System.IO.File.WriteAllTextAsync(File("t.csv"), "layer,expert\n0,1\n0,2\n1,3\n1,0\n");
        VerbResult result = await Run(
            "simulate",
            "--cluster",
            File("cluster.json"),
            "--trace",
            File("t.csv"),
            "--experts",
            "4",
            "--width",
            "16",
            "--hidden",
            "32"
        );
        Assert.That(result.Code, Is.Zero, result.Error);
        Assert.That(result.Out, Does.Contain("this machine: 1 iterations of 2 layers"));
    }

    [Test]
    public async Task Wrong_input_is_named()
    {
        await System.IO.File.WriteAllTextAsync(File("bad.csv"), "layer,expert\n0,9\n");
        VerbResult unknown = await Run("simulate", "--trace", File("bad.csv"), "--experts", "8");
        Assert.That(unknown.Code, Is.EqualTo(3));
        Assert.That(unknown.Error, Does.Contain("expert 9").And.Contain("experts 0 to 7"));
        VerbResult scheduler = await Run("simulate", "--trace", File("bad.csv"), "--experts", "16", "--scheduler", "mine");
        Assert.That(scheduler.Code, Is.EqualTo(2));
        Assert.That(scheduler.Error, Does.Contain("harmoeny, fixed"));
        VerbResult q = await Run("plan", "--counts", File("bad.csv"), "--ranks", "2", "--experts", "16", "--q", "0");
        Assert.That(q.Code, Is.EqualTo(2));
        await System.IO.File.WriteAllTextAsync(File("cluster.json"), "{\"name\":\"x\",\"ranks\":0,\"engine\":{\"name\":\"y\"}}");
        VerbResult cluster = await Run("simulate", "--cluster", File("cluster.json"), "--trace", File("bad.csv"), "--experts", "16");
        Assert.That(cluster.Code, Is.Not.Zero);
        Assert.That(cluster.Error, Does.Contain("ranks").IgnoreCase);
    }

    private static Task<VerbResult> Run(params string[] arguments) => VerbRun.OfAsync(new MoeVerb(), ["moe", .. arguments]);

    private string File(string name) => Path.Combine(_folder, name);
}
