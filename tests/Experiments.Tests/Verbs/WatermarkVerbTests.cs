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
            (["keygen", "--graph", File("graph.txt"), "--out", File("y"), "--preserve", "degrees", "--budget", "6"], "multiple of 4"),
            (["attack", File("graph.txt"), "--kind", "flips", "--out", File("x")], "--amount"),
            (["attack", File("graph.txt"), "--kind", "shuffle", "--amount", "1", "--out", File("x")], "--amount"),
            (["attack", File("graph.txt"), "--kind", "magic", "--amount", "1", "--out", File("x")], "rewire"),
            (["attack", File("graph.txt"), "--kind", "crop", "--amount", "2", "--out", File("x")], "0..1"),
            (["fingerprint", File("graph.txt"), "--key", File("key"), "--user", "a", "--out", File("x")], "not for fingerprints"),
            (["identify", File("graph.txt"), "--key", File("key"), "--original", File("graph.txt")], "--users"),
            (["detect", File("graph.txt"), "--key", File("key"), "--blind", "--register"], "--register"),
            (["compare", File("graph.txt"), "--flips", "-1"], "at least 0"),
        ];
        foreach ((string[] arguments, string expected) in cases)
        {
            Result result = await Run(arguments);
            Assert.That(result.Code, Is.EqualTo(2), string.Join(' ', arguments));
            Assert.That(result.Error, Does.Contain(expected));
        }
        Assert.That(System.IO.File.Exists(File("x")) || System.IO.File.Exists(File("y")), Is.False, "nothing was written");
    }

    [Test]
    public async Task A_graph_that_lost_its_ids_is_registered_and_its_mark_found()
    {
        await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"), "--budget", "120");
        await Run("embed", File("graph.txt"), "--key", File("key"), "--out", File("marked.txt"));
        Result attacked = await Run("attack", File("marked.txt"), "--kind", "shuffle", "--out", File("leaked.txt"));
        Assert.That(attacked.Code, Is.EqualTo(0), attacked.Error);
        Assert.That(await System.IO.File.ReadAllTextAsync(File("leaked.txt")), Does.Not.Contain("user-"));
        string[] detect = ["detect", File("leaked.txt"), "--key", File("key"), "--original", File("graph.txt")];
        Result mismatch = await Run(detect);
        Assert.That((mismatch.Code, mismatch.Error.Contains("RK6503", StringComparison.Ordinal)), Is.EqualTo((2, true)));
        Result found = await Run([.. detect, "--register", "--expect", "present", "--json"]);
        Assert.That(found.Code, Is.EqualTo(0), found.Error + found.Out);
        Assert.That(
            JsonDocument.Parse(found.Out).RootElement.GetProperty("registration").GetProperty("matched").GetInt32(),
            Is.GreaterThan(100)
        );

        Result registered = await Run("register", File("leaked.txt"), "--original", File("graph.txt"), "--out", File("pairs.tsv"));
        Assert.That(registered.Code, Is.EqualTo(0), registered.Error);
        string[][] pairs = [.. (await System.IO.File.ReadAllLinesAsync(File("pairs.tsv"))).Select(l => l.Split('\t'))];
        Assert.That(registered.Out, Does.StartWith($"{pairs.Length} of 300 nodes matched"));
        Assert.That(pairs.Select(p => p[0]), Is.Unique.And.All.StartsWith("user-"));
        Assert.That(pairs.Select(p => p[1]), Is.Unique);
    }

    [Test]
    public async Task Colluders_are_named_and_others_are_not()
    {
        Result key = await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"), "--colluders", "2", "--budget", "400");
        Assert.That(key.Code, Is.EqualTo(0), key.Error);
        foreach (string user in new[] { "alice", "bob" })
        {
            Result copy = await Run("fingerprint", File("graph.txt"), "--key", File("key"), "--user", user, "--out", File($"{user}.txt"));
            Assert.That(copy.Code, Is.EqualTo(0), copy.Error);
            Assert.That(copy.Out, Does.Contain("at 400 positions"));
        }
        await System.IO.File.WriteAllLinesAsync(File("users"), Enumerable.Range(0, 50).Select(i => $"user{i}").Append("bob").Append(""));
        Result named = await Run(
            "identify",
            File("bob.txt"),
            "--key",
            File("key"),
            "--original",
            File("graph.txt"),
            "--users",
            File("users"),
            "--user",
            "alice",
            "--expect",
            "bob",
            "--json"
        );
        Assert.That(named.Code, Is.EqualTo(0), named.Error);
        JsonElement[] users = [.. JsonDocument.Parse(named.Out).RootElement.GetProperty("users").EnumerateArray()];
        Assert.That(users, Has.Length.EqualTo(52));
        Assert.That(
            users.Where(u => u.GetProperty("accused").GetBoolean()).Select(u => u.GetProperty("user").GetString()),
            Is.EqualTo(new[] { "bob" })
        );
        string[] table = ["identify", File("alice.txt"), "--key", File("key"), "--original", File("graph.txt"), "--users", File("users")];
        Result nobody = await Run([.. table, "--expect", "bob"]);
        Assert.That((nobody.Code, nobody.Out.StartsWith("0 of 51 users named", StringComparison.Ordinal)), Is.EqualTo((1, true)));
    }

    [Test]
    public async Task A_commitment_binds_the_key()
    {
        Result made = await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"), "--budget", "50", "--json");
        string commitment = JsonDocument.Parse(made.Out).RootElement.GetProperty("commitment").GetString()!;
        await Run("embed", File("graph.txt"), "--key", File("key"), "--out", File("marked.txt"));
        await Run("keygen", "--graph", File("graph.txt"), "--out", File("other"), "--budget", "50");
        string[] detect = ["detect", File("marked.txt"), "--original", File("graph.txt"), "--commitment", commitment];
        Assert.That((await Run([.. detect, "--key", File("key")])).Code, Is.EqualTo(0));
        Result other = await Run([.. detect, "--key", File("other")]);
        Assert.That((other.Code, other.Error.Contains("RK6502", StringComparison.Ordinal)), Is.EqualTo((2, true)));
        Result no = await Run("detect", File("marked.txt"), "--blind", "--key", File("key"), "--commitment", "abc");
        Assert.That((no.Code, no.Error.Contains("64 hexadecimal", StringComparison.Ordinal)), Is.EqualTo((2, true)));
    }

    [Test]
    public async Task Attacks_write_what_they_say()
    {
        Result deleted = await Run(
            "attack",
            File("graph.txt"),
            "--kind",
            "delete-edges",
            "--amount",
            "0.5",
            "--out",
            File("half.txt"),
            "--json"
        );
        int removed = JsonDocument.Parse(deleted.Out).RootElement.GetProperty("removed").GetInt32();
        int before = (await System.IO.File.ReadAllLinesAsync(File("graph.txt"))).Length;
        Assert.That((await System.IO.File.ReadAllLinesAsync(File("half.txt"))).Length, Is.EqualTo(before - removed));
        string text = await System.IO.File.ReadAllTextAsync(File("half.txt"));
        await Run("attack", File("graph.txt"), "--kind", "delete-edges", "--amount", "0.5", "--out", File("half.txt"), "--force");
        Assert.That(await System.IO.File.ReadAllTextAsync(File("half.txt")), Is.EqualTo(text), "the same seed, the same attack");
        await Run(
            "attack",
            File("graph.txt"),
            "--kind",
            "delete-edges",
            "--amount",
            "0.5",
            "--seed",
            "2",
            "--out",
            File("half.txt"),
            "--force"
        );
        Assert.That(await System.IO.File.ReadAllTextAsync(File("half.txt")), Is.Not.EqualTo(text));
    }

    [Test]
    public async Task All_schemes_are_compared_on_a_graph_of_ones_own()
    {
        Result result = await Run("compare", File("graph.txt"), "--budget", "60", "--flips", "0", "--flips", "1", "--json");
        Assert.That(result.Code, Is.EqualTo(0), result.Error);
        JsonElement[] schemes = [.. JsonDocument.Parse(result.Out).RootElement.GetProperty("schemes").EnumerateArray()];
        Assert.That(
            schemes.Select(s => s.GetProperty("scheme").GetString()),
            Is.EqualTo(Watermark.WatermarkSchemes.All.Select(s => s.Name))
        );
        Assert.That(
            schemes[0].GetProperty("found").EnumerateArray().Select(f => f.GetProperty("outcome").GetString()),
            Is.EqualTo(new[] { "Present", "Present", "Absent", "Absent" }),
            "untouched, flipped, shuffled, unmarked"
        );
        Assert.That((await Run("compare", File("graph.txt"), "--flips", "0")).Out, Does.Contain("FFG-Keyed, registered"));
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
