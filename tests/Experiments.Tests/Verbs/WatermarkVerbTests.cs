using System.Text.Json;
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
        VerbResult embedded = await Run("embed", File("graph.txt"), "--key", File("key"), "--out", File("marked.txt"), "--json");
        Assert.That(embedded.Code, Is.EqualTo(0), embedded.Error);
        JsonElement report = JsonDocument.Parse(embedded.Out).RootElement;
        Assert.That(report.GetProperty("added").GetInt32() + report.GetProperty("removed").GetInt32(), Is.EqualTo(120));
        Assert.That(await System.IO.File.ReadAllTextAsync(File("marked.txt")), Does.Contain("user-007"), "ids are kept");

        VerbResult found = await Run(
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

        VerbResult blind = await Run("detect", File("marked.txt"), "--key", File("key"), "--blind");
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
        VerbResult found = await Run(text, "detect", File("marked.txt"), "--key", File("key"), "--original", "-");
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
        VerbResult again = await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"));
        Assert.That((again.Code, again.Error.Contains("--force", StringComparison.Ordinal)), Is.EqualTo((2, true)));
        Assert.That(await System.IO.File.ReadAllTextAsync(File("key")), Is.EqualTo(first));
        Assert.That((await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"), "--force")).Code, Is.EqualTo(0));
        Assert.That(await System.IO.File.ReadAllTextAsync(File("key")), Is.Not.EqualTo(first), "a new secret");
        VerbResult marked = await Run("embed", File("graph.txt"), "--key", File("key"), "--out", File("graph.txt"));
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
        VerbResult wrong = await Run("keygen", "--graph", File("graph.txt"), "--out", File("three"), "--secret-file", File("secret"));
        Assert.That((wrong.Code, System.IO.File.Exists(File("three"))), Is.EqualTo((2, false)));
        Assert.That(wrong.Error, Does.Contain("32 bytes"));
    }

    [Test]
    public async Task A_plan_needs_no_graph()
    {
        VerbResult plan = await Run("plan", "--nodes", "4039", "--edges", "88234", "--json");
        JsonElement report = JsonDocument.Parse(plan.Out).RootElement;
        Assert.That(report.GetProperty("budget").GetInt64(), Is.EqualTo(882));
        Assert.That(report.GetProperty("attacks")[0].GetProperty("similarity").GetDouble(), Is.EqualTo(22.2).Within(0.05));
        VerbResult text = await Run("plan", "--graph", File("graph.txt"), "--similarity", "10");
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
            VerbResult result = await Run(arguments);
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
        VerbResult attacked = await Run("attack", File("marked.txt"), "--kind", "shuffle", "--out", File("leaked.txt"));
        Assert.That(attacked.Code, Is.EqualTo(0), attacked.Error);
        Assert.That(await System.IO.File.ReadAllTextAsync(File("leaked.txt")), Does.Not.Contain("user-"));
        string[] detect = ["detect", File("leaked.txt"), "--key", File("key"), "--original", File("graph.txt")];
        VerbResult mismatch = await Run(detect);
        Assert.That((mismatch.Code, mismatch.Error.Contains("RK6503", StringComparison.Ordinal)), Is.EqualTo((2, true)));
        VerbResult found = await Run([.. detect, "--register", "--expect", "present", "--json"]);
        Assert.That(found.Code, Is.EqualTo(0), found.Error + found.Out);
        Assert.That(
            JsonDocument.Parse(found.Out).RootElement.GetProperty("registration").GetProperty("matched").GetInt32(),
            Is.GreaterThan(100)
        );

        VerbResult registered = await Run("register", File("leaked.txt"), "--original", File("graph.txt"), "--out", File("pairs.tsv"));
        Assert.That(registered.Code, Is.EqualTo(0), registered.Error);
        string[][] pairs = [.. (await System.IO.File.ReadAllLinesAsync(File("pairs.tsv"))).Select(l => l.Split('\t'))];
        Assert.That(registered.Out, Does.StartWith($"{pairs.Length} of 300 nodes matched"));
        Assert.That(pairs.Select(p => p[0]), Is.Unique.And.All.StartsWith("user-"));
        Assert.That(pairs.Select(p => p[1]), Is.Unique);
    }

    [Test]
    public async Task Colluders_are_named_and_others_are_not()
    {
        VerbResult key = await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"), "--colluders", "2", "--budget", "400");
        Assert.That(key.Code, Is.EqualTo(0), key.Error);
        foreach (string user in new[] { "alice", "bob" })
        {
            VerbResult copy = await Run(
                "fingerprint",
                File("graph.txt"),
                "--key",
                File("key"),
                "--user",
                user,
                "--out",
                File($"{user}.txt")
            );
            Assert.That(copy.Code, Is.EqualTo(0), copy.Error);
            Assert.That(copy.Out, Does.Contain("at 400 positions"));
        }
        await System.IO.File.WriteAllLinesAsync(File("users"), Enumerable.Range(0, 50).Select(i => $"user{i}").Append("bob").Append(""));
        VerbResult named = await Run(
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
        VerbResult nobody = await Run([.. table, "--expect", "bob"]);
        Assert.That((nobody.Code, nobody.Out.StartsWith("0 of 51 users named", StringComparison.Ordinal)), Is.EqualTo((1, true)));
    }

    [Test]
    [Category("External")]
    public async Task Networkx_reads_what_embed_wrote_and_finds_exactly_the_planned_edges_changed()
    {
        const string Write = """
            import networkx, sys
            g = networkx.barabasi_albert_graph(200, 4, seed=1)
            networkx.set_node_attributes(g, {n: f"name {n}" for n in g}, "name")
            networkx.set_edge_attributes(g, {e: sum(e) for e in g.edges}, "weight")
            networkx.write_graphml(g, sys.argv[1])
            networkx.write_edgelist(g, sys.argv[2])
            """;
        const string Compare = """
            import networkx, sys
            read = networkx.read_graphml if sys.argv[1].endswith("graphml") else networkx.read_edgelist
            a, b = read(sys.argv[1]), read(sys.argv[2])
            pairs = lambda g: {tuple(sorted(e)) for e in g.edges}
            kept = pairs(a) & pairs(b)
            assert set(a) == set(b) and all(a.nodes[n] == b.nodes[n] for n in a)
            assert all(a.edges[e] == b.edges[e] for e in kept)
            print(len(pairs(b) - pairs(a)), len(pairs(a) - pairs(b)))
            """;
        Python(Write, File("nx.graphml"), File("nx.txt"));
        foreach (string extension in new[] { "graphml", "txt" })
        {
            string original = File($"nx.{extension}");
            string marked = File($"marked.{extension}");
            await Run("keygen", "--graph", original, "--out", File("key"), "--budget", "60", "--preserve", "connectivity", "--force");
            VerbResult embedded = await Run("embed", original, "--key", File("key"), "--out", marked, "--json");
            Assert.That(embedded.Code, Is.EqualTo(0), embedded.Error);
            JsonElement report = JsonDocument.Parse(embedded.Out).RootElement;
            string changes = $"{report.GetProperty("added").GetInt32()} {report.GetProperty("removed").GetInt32()}";
            Assert.That(Python(Compare, original, marked).Trim(), Is.EqualTo(changes));
            VerbResult found = await Run("detect", marked, "--key", File("key"), "--original", original, "--expect", "present");
            Assert.That(found.Code, Is.EqualTo(0), found.Out + found.Error);
        }
    }

    private static string Python(string program, params string[] arguments)
    {
        const string Interpreter = "/usr/bin/python3";
        if (!System.IO.File.Exists(Interpreter))
        {
            Assert.Ignore($"there is no {Interpreter}");
        }
        System.Diagnostics.ProcessStartInfo start = new(Interpreter, ["-c", program, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using System.Diagnostics.Process python = System.Diagnostics.Process.Start(start)!;
        Task<string> output = python.StandardOutput.ReadToEndAsync();
        Task<string> errors = python.StandardError.ReadToEndAsync();
        if (!python.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            python.Kill();
            Assert.Fail("python3 did not end within two minutes");
        }
        if (errors.Result.Contains("No module named 'networkx'", StringComparison.Ordinal))
        {
            Assert.Ignore("networkx is not installed: apt-get install python3-networkx");
        }
        Assert.That(python.ExitCode, Is.Zero, errors.Result);
        return output.Result;
    }

    [Test]
    public async Task Every_kind_of_bad_input_ends_with_its_exit_code_and_message_and_writes_nothing()
    {
        async Task<string> Graph(string name, string text)
        {
            await System.IO.File.WriteAllTextAsync(File(name), text);
            return File(name);
        }
        string two = await Graph("two.txt", "1 2\n");
        string empty = await Graph("empty.txt", "# nothing\n");
        string bad = await Graph("bad.txt", "1 2\n2 3\nthree\n");
        string large = await Graph("large.txt", string.Join('\n', Enumerable.Range(0, 40_000).Select(i => $"{i} {i + 1}")));
        string path = await Graph("path.txt", "1 2\n2 3\n3 4\n");
        string graph = File("graph.txt");
        string[] Keygen(string of, params string[] more) => ["keygen", "--graph", of, "--out", File("k"), "--force", .. more];
        string[] embed = ["embed", graph, "--key", File("k"), "--out", File("x")];
        (string[]? Before, string[] Call, int Code, string Expected)[] cases =
        [
            (null, Keygen(two), 2, "N = 2"),
            (null, Keygen(empty), 2, "N = 0"),
            (null, Keygen(graph, "--length", "100000000"), 2, "orbits"),
            (null, Keygen(bad), 2, "bad.txt"),
            (null, Keygen(bad), 2, "3"),
            (Keygen(graph, "--budget", "0"), embed, 1, "too small"),
            (Keygen(graph, "--budget", "30000"), embed, 2, "RK6501"),
            (Keygen(graph, "--budget", "100000"), embed, 2, "44850 pairs"),
            (Keygen(graph, "--budget", "1100", "--selection", "removalsOnly"), embed, 2, "only "),
            (
                Keygen(large, "--candidates", "dense", "--length", "64"),
                ["embed", large, "--key", File("k"), "--out", File("x")],
                3,
                "RK6504"
            ),
            (Keygen(graph), ["detect", graph, "--key", File("k"), "--original", graph], 0, "absent: similarity 0"),
            (Keygen(graph), ["detect", two, "--key", File("k"), "--blind"], 2, "RK6502"),
            (null, ["compare", path], 2, "medium = 0, N = 4"),
        ];
        foreach ((string[]? before, string[] call, int code, string expected) in cases)
        {
            if (before is not null)
            {
                VerbResult made = await Run(before);
                Assert.That(made.Code, Is.Zero, made.Error);
            }
            VerbResult result = await Run(call);
            Assert.That(result.Code, Is.EqualTo(code), string.Join(' ', call) + result.Out + result.Error);
            Assert.That(result.Out + result.Error, Does.Contain(expected));
        }
        Assert.That(System.IO.File.Exists(File("x")), Is.False, "no marked graph was written");
    }

    [Test]
    public async Task A_commitment_binds_the_key()
    {
        VerbResult made = await Run("keygen", "--graph", File("graph.txt"), "--out", File("key"), "--budget", "50", "--json");
        string commitment = JsonDocument.Parse(made.Out).RootElement.GetProperty("commitment").GetString()!;
        await Run("embed", File("graph.txt"), "--key", File("key"), "--out", File("marked.txt"));
        await Run("keygen", "--graph", File("graph.txt"), "--out", File("other"), "--budget", "50");
        string[] detect = ["detect", File("marked.txt"), "--original", File("graph.txt"), "--commitment", commitment];
        Assert.That((await Run([.. detect, "--key", File("key")])).Code, Is.EqualTo(0));
        VerbResult other = await Run([.. detect, "--key", File("other")]);
        Assert.That((other.Code, other.Error.Contains("RK6502", StringComparison.Ordinal)), Is.EqualTo((2, true)));
        VerbResult no = await Run("detect", File("marked.txt"), "--blind", "--key", File("key"), "--commitment", "abc");
        Assert.That((no.Code, no.Error.Contains("64 hexadecimal", StringComparison.Ordinal)), Is.EqualTo((2, true)));
    }

    [Test]
    public async Task Attacks_write_what_they_say()
    {
        VerbResult deleted = await Run(
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
        VerbResult result = await Run("compare", File("graph.txt"), "--budget", "60", "--flips", "0", "--flips", "1", "--json");
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

    private static Task<VerbResult> Run(params string[] arguments) => Run([], arguments);

    private static Task<VerbResult> Run(byte[] standardInput, params string[] arguments) =>
        VerbRun.OfAsync(new WatermarkVerb(), ["watermark", .. arguments], standardInput);
}
