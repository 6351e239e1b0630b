using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ResearchKit.Papers.Verbs;

namespace ResearchKit.Experiments.Tests.Verbs;

/// <summary>The verb as its user meets it: arguments and files in, text, files and an exit code out.</summary>
public class AuditVerbTests
{
    private string folder = "";

    [SetUp]
    public async Task MakeTable()
    {
        folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "audit", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(folder);
        // 200 men of whom 120 are selected, 193 women of whom 60 are, and seven others; every tenth answer is wrong.
        StringBuilder table = new("id,label,answer,score,sex,weight\n");
        for (int i = 0; i < 400; i++)
        {
            string sex =
                i < 200 ? "M"
                : i < 393 ? "F"
                : "X";
            int answer =
                (
                    sex == "M" ? i < 120
                    : sex == "F" ? i < 260
                    : i < 396
                )
                    ? 1
                    : 0;
            int label = i % 10 == 0 ? 1 - answer : answer;
            table.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{i},{label},{answer},{(answer == 1 ? 0.9 : 0.2)},{sex},1.5\n"
            );
        }
        await System.IO.File.WriteAllTextAsync(File("table.csv"), table.ToString());
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_table_gets_a_verdict_with_evidence_page_and_latex()
    {
        VerbResult result = await Run(
            "run",
            File("table.csv"),
            "--label",
            "label",
            "--prediction",
            "answer",
            "--group",
            "sex",
            "--evidence",
            File("e.json"),
            "--html",
            File("e.html"),
            "--latex",
            File("e.tex"),
            "--expect",
            "unfair"
        );
        Assert.That(result.Code, Is.EqualTo(0), result.Error);
        Assert.That(result.Out, Does.StartWith("unfair: ").And.Contain("M over F by 0.2891"));
        Assert.That(result.Out, Does.Contain("few rows: sex = X has 7").And.Contain("[").And.Contain("not ranked"));
        JsonElement evidence = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(File("e.json"))).RootElement;
        Assert.That(evidence.GetProperty("verdict").GetString(), Is.EqualTo("Unfair"));
        Assert.That(evidence.GetProperty("error").GetDouble(), Is.EqualTo(0.1).Within(1e-12));
        Assert.That(evidence.GetProperty("sha256").GetString(), Has.Length.EqualTo(64));
        JsonElement small = evidence
            .GetProperty("attributes")[0]
            .GetProperty("metrics")[0]
            .GetProperty("groups")
            .EnumerateArray()
            .Single(g => g.GetProperty("isSmall").GetBoolean());
        Assert.That((small.GetProperty("group").GetString(), small.GetProperty("rows").GetInt32()), Is.EqualTo(("X", 7)));
        Assert.That(
            small.GetProperty("high").GetDouble() - small.GetProperty("low").GetDouble(),
            Is.GreaterThan(0.4),
            "seven rows say little"
        );
        Assert.That(await System.IO.File.ReadAllTextAsync(File("e.html")), Does.Contain("<td>X (few rows)</td><td>7</td>"));
        Assert.That(await System.IO.File.ReadAllTextAsync(File("e.tex")), Does.Contain("\\toprule").And.Contain("X$^\\dagger$ & 7"));
    }

    [Test]
    public async Task Scores_weights_and_the_standard_input_give_the_same_verdict()
    {
        byte[] text = await System.IO.File.ReadAllBytesAsync(File("table.csv"));
        VerbResult result = await Run(text, "run", "-", "--score", "score", "--group", "sex", "--weight", "weight", "--json");
        JsonElement evidence = JsonDocument.Parse(result.Out).RootElement;
        Assert.That(evidence.GetProperty("verdict").GetString(), Is.EqualTo("Unfair"), result.Error);
        Assert.That(evidence.GetProperty("error").ValueKind, Is.EqualTo(JsonValueKind.Null), "no labels, no error");
        Assert.That(
            evidence.GetProperty("attributes")[0].GetProperty("metrics").GetArrayLength(),
            Is.EqualTo(1),
            "only the selection rate is known"
        );
    }

    [Test]
    public async Task Answers_that_err_too_often_are_not_believed_and_the_expectation_decides_the_exit_code()
    {
        string[] audit = ["run", File("table.csv"), "--label", "label", "--prediction", "answer", "--group", "sex"];
        Assert.That(
            (await Run([.. audit, "--tau", "0.1", "--expect", "manipulated"])).Code,
            Is.EqualTo(0),
            "an error of exactly tau is not believed"
        );
        Assert.That((await Run([.. audit, "--tau", "0.11", "--expect", "manipulated"])).Code, Is.EqualTo(1));
        Assert.That((await Run([.. audit, "--epsilon", "0.3", "--expect", "fair"])).Code, Is.EqualTo(0));
    }

    [Test]
    public async Task A_plan_says_queries_threshold_and_what_stays_hidden()
    {
        VerbResult text = await Run(
            "plan",
            "--queries",
            "1000",
            "--honest-error",
            "0.15",
            "--label-parity",
            "0.07",
            "--smaller-share",
            "0.118"
        );
        Assert.That(text.Out, Does.Contain("accuse from 170 errors on, tau = 0.17").And.Contain("power against 0.03 more error: 0.806"));
        JsonElement plan = JsonDocument.Parse((await Run("plan", "--hidden", "0.2", "--smaller-share", "0.3", "--json")).Out).RootElement;
        Assert.That(plan.GetProperty("queriesForWanted").GetInt64(), Is.EqualTo(plan.GetProperty("queries").GetInt64()));
        Assert.That(plan.GetProperty("blindlyConcealable").GetDouble(), Is.LessThanOrEqualTo(0.2));
    }

    [Test]
    public async Task A_simulation_plays_every_strategy_on_a_table()
    {
        VerbResult result = await Run(
            "simulate",
            "--data",
            File("table.csv"),
            "--label",
            "label",
            "--score",
            "score",
            "--group",
            "sex",
            "--protected",
            "F",
            "--queries",
            "200",
            "--json"
        );
        Assert.That(result.Code, Is.EqualTo(0), result.Error);
        JsonElement report = JsonDocument.Parse(result.Out).RootElement;
        Assert.That(
            report.GetProperty("strategies").EnumerateArray().Select(s => s.GetProperty("strategy").GetString()),
            Does.Contain("fewest flips")
        );
        VerbResult strict = await Run(
            "simulate",
            "--data",
            File("table.csv"),
            "--label",
            "label",
            "--score",
            "score",
            "--group",
            "sex",
            "--protected",
            "F",
            "--queries",
            "200",
            "--tau",
            "0.001"
        );
        Assert.That(strict.Out, Does.Contain("none passes").And.Not.Contain("concealable 0.0000"), "no value, never 0");
    }

    [Test]
    public async Task A_live_model_is_asked_within_the_budget_and_an_interrupted_audit_repeats_no_question()
    {
        using HttpListener server = Listen(out string url);
        HashSet<string> seen = [];
        int repeated = 0;
        int failFrom = 25;
        Task serving = Task.Run(async () =>
        {
            while (server.IsListening)
            {
                HttpListenerContext request;
                try
                {
                    request = await server.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                using StreamReader reader = new(request.Request.InputStream);
                string body = await reader.ReadToEndAsync();
                repeated += seen.Add(body) ? 0 : 1;
                JsonElement features = JsonDocument.Parse(body).RootElement;
                bool down = seen.Count > failFrom;
                request.Response.StatusCode = down ? 503 : 200;
                byte[] answer = Encoding.UTF8.GetBytes(
                    features.GetProperty("sex").GetString() == "M" ? "{\"prediction\":1}" : "{\"score\":0.1}"
                );
                await request.Response.OutputStream.WriteAsync(answer);
                request.Response.Close();
            }
        });
        string[] audit =
        [
            "run",
            File("table.csv"),
            "--label",
            "label",
            "--group",
            "sex",
            "--feature",
            "id",
            "--feature",
            "sex",
            "--endpoint",
            url,
            "--budget",
            "60",
            "--ledger",
            File("ledger.jsonl"),
        ];
        VerbResult broken = await Run(audit);
        Assert.That(broken.Code, Is.EqualTo(3), broken.Error);
        Assert.That(broken.Error, Does.Contain("RK6404").And.Contain("503").And.Contain("ledger"));
        Assert.That(seen, Has.Count.EqualTo(28), "three failures in a row end the audit");
        failFrom = int.MaxValue;
        VerbResult resumed = await Run([.. audit, "--json"]);
        Assert.That(resumed.Code, Is.EqualTo(0), resumed.Error);
        JsonElement queries = JsonDocument.Parse(resumed.Out).RootElement.GetProperty("queries");
        Assert.That(queries.GetProperty("asked").GetInt32(), Is.EqualTo(60));
        Assert.That(queries.GetProperty("askedNow").GetInt32(), Is.EqualTo(32));
        Assert.That(queries.GetProperty("unanswered").GetInt32(), Is.EqualTo(3));
        Assert.That((seen.Count, repeated), Is.EqualTo((60, 0)));
        VerbResult again = await Run(audit);
        Assert.That(again.Out, Does.Contain("60 of 60 questions asked (0 now)"));
        VerbResult other = await Run([.. audit, "--seed", "2"]);
        Assert.That((other.Code, other.Error.Contains("RK6405", StringComparison.Ordinal)), Is.EqualTo((3, true)));
        server.Stop();
        Assert.That(await Task.WhenAny(serving, Task.Delay(TimeSpan.FromSeconds(10))), Is.SameAs(serving), "the server did not stop");
    }

    [Test]
    public async Task What_does_not_fit_together_is_wrong_usage()
    {
        await System.IO.File.WriteAllTextAsync(File("bad.csv"), "y,m,g\n1,0,a\n0,maybe,b\n");
        await System.IO.File.WriteAllTextAsync(File("holes.csv"), "y,m,g\n1,0,a\n0,1,\n");
        await System.IO.File.WriteAllTextAsync(File("ragged.csv"), "y,m,g\n1,0,a\n0,1\n");
        (string[] Arguments, string Expected)[] cases =
        [
            (["run", File("table.csv"), "--group", "sex"], "--prediction COLUMN"),
            (["run", File("table.csv"), "--prediction", "answer", "--score", "score", "--group", "sex"], "--prediction COLUMN"),
            (["run", File("table.csv"), "--prediction", "answer", "--group", "sex", "--tau", "0.1"], "--tau needs --label"),
            (["run", File("table.csv"), "--prediction", "answer", "--label", "label", "--group", "sex", "--tau", "2"], "(0, 1]"),
            (["run", File("table.csv"), "--prediction", "absent", "--group", "sex"], "a column 'absent'"),
            (["run", File("nowhere.csv"), "--prediction", "answer", "--group", "sex"], "nowhere.csv"),
            (["run", File("bad.csv"), "--prediction", "m", "--group", "g"], "line 3: expected 0 or 1 in column 'm'"),
            (["run", File("holes.csv"), "--prediction", "m", "--group", "g"], "line 3"),
            (["run", File("ragged.csv"), "--prediction", "m", "--group", "g"], "line 3"),
            (["run", File("table.csv"), "--group", "sex", "--endpoint", "http://localhost:1"], "--budget and --ledger"),
            (["run", File("table.csv"), "--group", "sex", "--endpoint", "file:///x", "--budget", "1", "--ledger", "l"], "http://"),
            (["plan", "--honest-error", "1.5"], "HonestError"),
            (["plan", "--smaller-share", "0.7"], "(0, 0.5]"),
            (["plan", "--queries", "0"], "--queries is at least 1"),
            (["simulate", "--queries", "20000"], "10000"),
            (["simulate", "--model", "oracle"], "oracle"),
            (["simulate", "--data", File("table.csv")], "--protected"),
        ];
        foreach ((string[] arguments, string expected) in cases)
        {
            VerbResult result = await Run(arguments);
            Assert.That(result.Code, Is.EqualTo(2), $"{string.Join(' ', arguments)}: {result.Error}");
            Assert.That(result.Error, Does.Contain(expected), string.Join(' ', arguments));
        }
        Assert.That(
            (await Run("run", File("holes.csv"), "--prediction", "m", "--group", "g", "--missing", "drop", "--json")).Out,
            Does.Contain("\"dropped\":1").Or.Contain("\"dropped\": 1")
        );
        Assert.That(
            (await Run("run", File("holes.csv"), "--prediction", "m", "--group", "g", "--missing", "group")).Out,
            Does.Contain("(missing)")
        );
    }

    private static HttpListener Listen(out string url)
    {
        TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        url = $"http://localhost:{port}/";
        HttpListener server = new();
        server.Prefixes.Add(url);
        server.Start();
        return server;
    }

    private string File(string name) => Path.Combine(folder, name);

    private static Task<VerbResult> Run(params string[] arguments) => Run([], arguments);

    private static Task<VerbResult> Run(byte[] standardInput, params string[] arguments) =>
        VerbRun.OfAsync(new AuditVerb(), ["audit", .. arguments], standardInput);
}
