using System.Text;
using System.Text.Json;
using ResearchKit.Cli;
using ResearchKit.Graphs;
using ResearchKit.Numerics;
using ResearchKit.Papers.Verbs;

namespace ResearchKit.Experiments.Tests.Verbs;

/// <summary>The verb as its user meets it: arguments and files in, text, files and an exit code out.</summary>
public class WatermarkVerbTests
{
    private string folder = "";

    [SetUp]
    public async Task MakeFolder()
    {
        folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "watermark", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(folder);
        Graph graph = RandomGraphs
            .BarabasiAlbert(300, 4, RandomStream.Named("watermark-verb"))
            .WithIds(NodeIds.Of(Enumerable.Range(0, 300).Select(i => $"user-{i:000}")));
        await Data.EdgeList.SaveAsync(graph, File("graph.txt"));
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_graph_with_names_is_marked_and_the_mark_is_found_with_and_without_the_original()
    {
        Assert.That((await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"), "--budget", "120")).Code, Is.EqualTo(0));
        Result embedded = await Run("embed", File("graph.txt"), "--key", File("key"), "--out", File("marked.txt"), "--json");
        Assert.That(embedded.Code, Is.EqualTo(0), embedded.Error);
        JsonElement report = JsonDocument.Parse(embedded.Out).RootElement;
        Assert.That(report.GetProperty("added").GetInt32() + report.GetProperty("removed").GetInt32(), Is.EqualTo(120));
        Assert.That(await System.IO.File.ReadAllTextAsync(File("marked.txt")), Does.Contain("user-007"), "ids are kept");

        Result found = await Run(
            "detect",
            File("marked.txt"),
            "--key",
            File("key"),
            "--original",
            File("graph.txt"),
            "--json",
            "--expect",
            "present",
            "--candidates-keys",
            "1000"
        );
        Assert.That(found.Code, Is.EqualTo(0), found.Error);
        JsonElement verdict = JsonDocument.Parse(found.Out).RootElement;
        Assert.That(verdict.GetProperty("verdict").GetString(), Is.EqualTo("Present"));
        Assert.That(
            verdict.GetProperty("similarity").GetDouble(),
            Is.EqualTo(report.GetProperty("predictedSimilarity").GetDouble()).Within(4)
        );
        Assert.That(verdict.GetProperty("differences").GetInt32(), Is.EqualTo(120));
        Assert.That(verdict.GetProperty("pValueAmongKeys").GetDouble(), Is.EqualTo(1000 * verdict.GetProperty("pValue").GetDouble()));

        Result blind = await Run("detect", File("marked.txt"), "--key", File("key"), "--blind");
        Assert.That(blind.Code, Is.EqualTo(0), blind.Error);
        Assert.That(blind.Out, Does.StartWith("present: similarity"));
        Assert.That(
            (await Run("detect", File("graph.txt"), "--key", File("key"), "--original", File("graph.txt"), "--expect", "present")).Code,
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task Graphs_come_from_the_standard_input()
    {
        byte[] text = await System.IO.File.ReadAllBytesAsync(File("graph.txt"));
        Assert.That((await Run(text, "keygen", "--graph", "-", "--out", File("key"), "--budget", "50")).Code, Is.EqualTo(0));
        Assert.That((await Run(text, "embed", "-", "--key", File("key"), "--out", File("marked.txt"))).Code, Is.EqualTo(0));
        Result found = await Run(text, "detect", File("marked.txt"), "--key", File("key"), "--original", "-");
        Assert.That(found.Out, Does.StartWith("present"));
    }

    [Test]
    public async Task A_key_is_for_its_owner_alone_and_is_not_overwritten()
    {
        Assert.That((await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"))).Code, Is.EqualTo(0));
        string first = await System.IO.File.ReadAllTextAsync(File("key"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(System.IO.File.GetUnixFileMode(File("key")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
        Result again = await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"));
        Assert.That((again.Code, again.Error.Contains("--force", StringComparison.Ordinal)), Is.EqualTo((2, true)));
        Assert.That(await System.IO.File.ReadAllTextAsync(File("key")), Is.EqualTo(first));
        Assert.That((await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"), "--force")).Code, Is.EqualTo(0));
        Assert.That(await System.IO.File.ReadAllTextAsync(File("key")), Is.Not.EqualTo(first), "a new secret");
        Result marked = await Run("embed", File("graph.txt"), "--key", File("key"), "--out", File("graph.txt"));
        Assert.That(marked.Code, Is.EqualTo(2), "the original is not overwritten either");
    }

    [Test]
    public async Task The_same_secret_gives_the_same_key()
    {
        await System.IO.File.WriteAllTextAsync(File("secret"), new string('a', 64) + "\n");
        await Run("keygen", "--graph", File("graph.txt"), "--out", File("one"), "--secret-file", File("secret"));
        await Run("keygen", "--graph", File("graph.txt"), "--out", File("two"), "--secret-file", File("secret"));
        Assert.That(await System.IO.File.ReadAllTextAsync(File("two")), Is.EqualTo(await System.IO.File.ReadAllTextAsync(File("one"))));
        await System.IO.File.WriteAllTextAsync(File("secret"), "too short");
        Result wrong = await Run("keygen", "--graph", File("graph.txt"), "--out", File("three"), "--secret-file", File("secret"));
        Assert.That((wrong.Code, System.IO.File.Exists(File("three"))), Is.EqualTo((2, false)));
        Assert.That(wrong.Error, Does.Contain("32 bytes"));
    }

    [Test]
    public async Task A_plan_needs_no_graph()
    {
        Result plan = await Run("plan", "--nodes", "4039", "--edges", "88234", "--json");
        JsonElement report = JsonDocument.Parse(plan.Out).RootElement;
        Assert.That(report.GetProperty("budget").GetInt64(), Is.EqualTo(882));
        Assert.That(report.GetProperty("attacks")[0].GetProperty("similarity").GetDouble(), Is.EqualTo(22.2).Within(0.05));
        Result text = await Run("plan", "--graph", File("graph.txt"), "--similarity", "10");
        Assert.That(text.Out, Does.Contain("300 nodes").And.Contain("no attack").And.Contain("defeat"));
    }

    [Test]
    public async Task What_does_not_fit_together_is_wrong_usage()
    {
        await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"), "--budget", "50");
        await System.IO.File.WriteAllTextAsync(File("other.txt"), "a b\nb c\nc d\n");
        (string[] Arguments, string Expected)[] cases =
        [
            (["detect", File("graph.txt"), "--key", File("key")], "--blind"),
            (["detect", File("graph.txt"), "--key", File("key"), "--blind", "--original", File("graph.txt")], "--blind"),
            (["plan", "--nodes", "5"], "--edges"),
            (["plan", "--nodes", "5", "--edges", "4", "--budget", "1", "--similarity", "2"], "not both"),
            (["embed", File("other.txt"), "--key", File("key"), "--out", File("x")], "RK6502"),
            (["detect", File("other.txt"), "--key", File("key"), "--original", File("graph.txt")], "RK6503"),
            (["embed", File("graph.txt"), "--key", File("key"), "--out", File("x"), "--max-distortion", "0.001"], "RK6501"),
            (["embed", File("graph.txt"), "--key", File("graph.txt"), "--out", File("x")], "graph.txt"),
            (["embed", File("graph.txt"), "--key", File("absent"), "--out", File("x")], "absent"),
            (["keygen", "--graph", File("graph.txt"), "--out", File("y"), "--budget", "5", "--rate", "0.1"], "one of them"),
        ];
        foreach ((string[] arguments, string expected) in cases)
        {
            Result result = await Run(arguments);
            Assert.That(result.Code, Is.EqualTo(2), string.Join(' ', arguments));
            Assert.That(result.Error, Does.Contain(expected));
        }
        Assert.That(System.IO.File.Exists(File("x")) || System.IO.File.Exists(File("y")), Is.False, "nothing was written");
    }

    private string File(string name) => Path.Combine(folder, name);

    private static Task<Result> Run(params string[] arguments) => Run([], arguments);

    private static async Task<Result> Run(byte[] standardInput, params string[] arguments)
    {
        Pipes pipes = new(standardInput);
        int code = await ResearchKitApp
            .CreateBuilder(["watermark", .. arguments])
            .UseTerminal(pipes)
            .LeaveSignals()
            .AddVerb(new WatermarkVerb())
            .Build()
            .RunAsync();
        return new Result(code, pipes.Out.ToString()!, pipes.Error.ToString()!);
    }

    private sealed record Result(int Code, string Out, string Error);

    private sealed class Pipes(byte[] input) : ITerminal
    {
        public TextWriter Out { get; } = new StringWriter(new StringBuilder());

        public TextWriter Error { get; } = new StringWriter(new StringBuilder());

        public bool OutIsTerminal => false;

        public bool ErrorIsTerminal => false;

        public int? Width => null;

        public Stream OpenInput() => new MemoryStream(input);
    }
}
