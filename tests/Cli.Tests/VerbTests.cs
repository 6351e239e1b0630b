using System.CommandLine;
using System.Text.Json;
using ResearchKit.Data;
using ResearchKit.Experiments;

namespace ResearchKit.Cli.Tests;

/// <summary>What verbs answer when all is well.</summary>
public sealed class VerbTests
{
    [Test]
    public async Task List_is_one_json_document()
    {
        CommandResult result = await CommandLine.RunAsync("list", "sample/coin*", "--json");
        using JsonDocument document = JsonDocument.Parse(result.Out);
        JsonElement only = document.RootElement.EnumerateArray().Single();
        Assert.That(only.GetProperty("id").GetString(), Is.EqualTo("sample/coin-bias"));
        Assert.That(only.GetProperty("quick").GetProperty("cells").GetInt32(), Is.EqualTo(6));
    }

    [Test]
    public async Task List_says_what_is_missing_here()
    {
        CommandResult result = await CommandLine.RunAsync("list");
        Assert.That(
            result.Out.Split('\n').Single(l => l.StartsWith("sample/needs-data", StringComparison.Ordinal)),
            Does.EndWith("needs data:mnist")
        );
        Assert.That(result.Out.Split('\n').Single(l => l.StartsWith("sample/coin-bias", StringComparison.Ordinal)), Does.EndWith("yes"));
    }

    [Test]
    public async Task Describe_shows_options_claims_and_needs()
    {
        CommandResult result = await CommandLine.RunAsync("describe", "sample/coin-bias");
        Assert.That(result.Out, Does.Contain("Throws").And.Contain("1 to 1000000").And.Contain("Throws of one cell"));
        Assert.That(result.Out, Does.Contain("1.6 (abstract)").And.Contain("at least 1.2").And.Contain("needs: data:mnist"));
    }

    [Test]
    public async Task Claims_are_listed_without_a_run()
    {
        CommandResult result = await CommandLine.RunAsync("claims", "--json");
        using JsonDocument document = JsonDocument.Parse(result.Out);
        Assert.That(document.RootElement.GetArrayLength(), Is.EqualTo(10));
    }

    [Test]
    public async Task Run_judges_and_names_what_was_skipped()
    {
        using RunsFolder runs = new();
        CommandResult result = await CommandLine.RunAsync("run", "sample/coin-bias", "--verify", "2", "--out", runs.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
        Assert.Multiple(() =>
        {
            Assert.That(result.Out, Does.Contain("4 claims: 2 Confirmed, 0 Consistent, 0 Failed, 0 NotJudged, 2 Skipped"));
            Assert.That(result.Out, Does.Contain("sample data fetch mnist").And.Contain("--scale full"));
            Assert.That(result.Out, Does.Contain("Data: 0 real, 2 generated, 0 mixed. Hardware: 2 real, 0 simulated."));
            Assert.That(result.Out, Does.Contain("n = 3"));
        });
    }

    [Test]
    public async Task A_dry_run_measures_nothing()
    {
        using RunsFolder runs = new();
        CommandResult result = await CommandLine.RunAsync("run", "sample/coin-bias", "sample/needs-data", "--dry-run", "--out", runs.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done));
        Assert.That(
            result.Out,
            Does.Contain("6 cells: 0 done, 6 to measure, 0 skipped").And.Contain("3 cells: 0 done, 0 to measure, 3 skipped")
        );
        Assert.That(Directory.EnumerateFileSystemEntries(runs.Path), Is.Empty);
    }

    [Test]
    public async Task A_grown_grid_imports_what_is_measured()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "--out", runs.Path);
        string first = Path.GetFileName(runs.OnlyRun("sample/coin-bias"));
        CommandResult grown = await CommandLine.RunAsync(
            "run",
            "sample/coin-bias",
            "--seeds",
            "1..5",
            "--import",
            first,
            "--out",
            runs.Path
        );
        Assert.That(grown.ExitCode, Is.EqualTo(ExitCode.Done), grown.Error);
        Assert.That(grown.Error, Does.Contain("10 cells, 4 to measure"));
    }

    [Test]
    public async Task A_cell_is_measured_again_and_compared()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "sample/non-deterministic", "--out", runs.Path);
        CommandResult equal = await CommandLine.RunAsync(
            "run",
            "sample/coin-bias",
            "--cell",
            await FirstKey(runs, "sample/coin-bias"),
            "--out",
            runs.Path
        );
        Assert.That(equal.ExitCode, Is.EqualTo(ExitCode.Done), equal.Error);
        Assert.That(equal.Out, Does.Contain("equal"));
        CommandResult differs = await CommandLine.RunAsync(
            "run",
            "sample/non-deterministic",
            "--cell",
            await FirstKey(runs, "sample/non-deterministic"),
            "--out",
            runs.Path
        );
        Assert.That(differs.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(differs.Out, Does.Contain("RK3004").And.Contain("Value"));
    }

    [Test]
    public async Task Verify_finds_what_is_not_deterministic()
    {
        using RunsFolder runs = new();
        CommandResult result = await CommandLine.RunAsync("run", "sample/non-deterministic", "--verify", "1", "--out", runs.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(result.Out, Does.Contain("not deterministic"));
    }

    [Test]
    public async Task Reproduce_writes_one_page_and_prints_its_path_last()
    {
        using RunsFolder runs = new();
        CommandResult result = await CommandLine.RunAsync("reproduce", "sample/coin-bias", "sample/needs-data", "--out", runs.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
        string page = await File.ReadAllTextAsync(result.Out.TrimEnd().Split('\n')[^1]);
        Assert.That(page, Does.Contain("sample/coin-bias").And.Contain("sample/needs-data").And.Contain("Content-Security-Policy"));
        CommandResult strict = await CommandLine.RunAsync("reproduce", "sample/needs-data", "--require-all", "--out", runs.Path);
        Assert.That(strict.ExitCode, Is.EqualTo(ExitCode.Failed), "a claim was skipped");
    }

    [Test]
    public async Task Reproduce_chooses_scales_by_a_budget()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "--scale", "full", "--out", runs.Path);
        CommandResult result = await CommandLine.RunAsync("reproduce", "sample/coin-bias", "--budget", "10m", "--out", runs.Path);
        Assert.That(result.Error, Does.Match("sample/coin-bias: scale (full|paper)"));
        CommandResult both = await CommandLine.RunAsync("reproduce", "--budget", "10m", "--scale", "full");
        Assert.That(both.ExitCode, Is.EqualTo(ExitCode.Usage));
    }

    [Test]
    public async Task Rows_of_many_runs_are_one_table()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "sample/wrong-claim", "--out", runs.Path);
        CommandResult csv = await CommandLine.RunAsync("rows", "sample/*", "--out", runs.Path);
        string[] lines = csv.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines[0], Is.EqualTo("Experiment,RunId,Bias,Seed,Share,Heads,Number,Value"));
        Assert.That(lines, Has.Length.EqualTo(1 + 6 + 4));
        CommandResult json = await CommandLine.RunAsync(
            "rows",
            "sample/coin-bias",
            "--where",
            "Bias=0.8",
            "--where",
            "Seed<3",
            "--format",
            "json",
            "--out",
            runs.Path
        );
        using JsonDocument document = JsonDocument.Parse(json.Out);
        Assert.That(document.RootElement.GetArrayLength(), Is.EqualTo(2));
        Assert.That(document.RootElement[0].GetProperty("Seed").GetInt32(), Is.EqualTo(1));
        CommandResult unknown = await CommandLine.RunAsync("rows", "sample/coin-bias", "--where", "Bais=0.8", "--out", runs.Path);
        Assert.That(unknown.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(unknown.Error, Does.Contain("Nearest: Bias"));
    }

    [Test]
    public async Task Rows_go_to_parquet_with_their_types()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "--out", runs.Path);
        string file = Path.Combine(runs.Path, "rows.parquet");
        CommandResult result = await CommandLine.RunAsync(
            "rows",
            "sample/coin-bias",
            "--format",
            "parquet",
            "--to",
            file,
            "--out",
            runs.Path
        );
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
        await using Parquet.ParquetReader reader = await Parquet.ParquetReader.CreateAsync(file);
        Dictionary<string, Type> types = reader.Schema.DataFields.ToDictionary(f => f.Name, f => f.ClrType);
        Assert.That(types["Share"], Is.EqualTo(typeof(double)));
        Assert.That(types["Heads"], Is.EqualTo(typeof(long)));
        Assert.That(types["RunId"], Is.EqualTo(typeof(ReadOnlyMemory<char>)));
        CommandResult none = await CommandLine.RunAsync("rows", "sample/coin-bias", "--format", "parquet", "--out", runs.Path);
        Assert.That(none.ExitCode, Is.EqualTo(ExitCode.Usage));
    }

    [Test]
    public async Task Rows_go_to_latex_without_columns_that_say_nothing()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "--out", runs.Path);
        CommandResult result = await CommandLine.RunAsync("rows", "sample/coin-bias", "--format", "latex", "--out", runs.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
        Assert.That(result.Out, Does.Match(@"\\begin\{tabular\}\{r+\}").And.Contain("Bias & Seed").And.Contain("\\bottomrule"));
        Assert.That(result.Out, Does.Not.Contain("RunId"));
    }

    [Test]
    public async Task Claims_go_to_parquet_as_numbers()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "--out", runs.Path);
        string file = Path.Combine(runs.Path, "claims.parquet");
        CommandResult result = await CommandLine.RunAsync(
            "report",
            "sample/coin-bias",
            "--format",
            "parquet",
            "--to",
            file,
            "--out",
            runs.Path
        );
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
        ParquetTable claims = await ParquetTable.LoadAsync(file);
        Assert.That(claims.Strings("Experiment"), Is.All.EqualTo("sample/coin-bias"));
        Assert.That(claims.Doubles("Value").Where(double.IsFinite).ToArray(), Has.Length.AtLeast(3));
        CommandResult none = await CommandLine.RunAsync("report", "sample/coin-bias", "--format", "parquet", "--out", runs.Path);
        Assert.That(none.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(none.Error, Does.Contain("--to"));
    }

    [Test]
    public async Task Papers_without_an_entry_are_named()
    {
        CommandResult result = await CommandLine.RunAsync("cite", "sample/coin-bias");
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
        Assert.That(result.Out, Does.StartWith("% ").And.Contain("no entry"));
    }

    [TestCase("md", "| verdict |")]
    [TestCase("csv", "Experiment,Claim")]
    [TestCase("latex", "\\toprule")]
    [TestCase("junit", "<testsuite")]
    [TestCase("json", "\"schema\"")]
    public async Task Reports_have_formats_for_programs(string format, string mark)
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "--out", runs.Path);
        CommandResult result = await CommandLine.RunAsync("report", "sample/coin-bias", "--format", format, "--out", runs.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
        Assert.That(result.Out, Does.Contain(mark));
    }

    [Test]
    public async Task Compare_shows_options_first_and_changes_of_claims()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "--out", runs.Path);
        string first = runs.OnlyRun("sample/coin-bias");
        await CommandLine.RunAsync("run", "sample/coin-bias", "--set", "Throws=500", "--out", runs.Path);
        CommandResult result = await CommandLine.RunAsync("compare", first, "sample/coin-bias", "--out", runs.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
        Assert.That(result.Out, Does.Contain("Throws").And.Contain("2000").And.Contain("500"));
        Assert.That(result.Out, Does.Contain("Cells in both: 0").And.Contain("only in A: 6; only in B: 6"));
        Assert.That(
            result.Out.IndexOf("Throws", StringComparison.Ordinal),
            Is.LessThan(result.Out.IndexOf("Claim", StringComparison.Ordinal))
        );
    }

    [Test]
    public async Task The_device_is_in_the_manifest()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "--device", "cpu", "--out", runs.Path);
        using JsonDocument manifest = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(runs.OnlyRun("sample/coin-bias"), "manifest.json"))
        );
        Assert.That(manifest.RootElement.GetProperty("device").GetString(), Is.EqualTo("cpu"));
        CommandResult wrong = await CommandLine.RunAsync("run", "sample/coin-bias", "--device", "gpu");
        Assert.That(wrong.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(wrong.Error, Does.Contain("--device = gpu: allowed is cpu, cuda, cuda:N"));
    }

    [Test]
    public async Task The_catalogue_is_listed_and_described()
    {
        CommandResult list = await CommandLine.RunAsync("data", "list", "--json");
        using JsonDocument document = JsonDocument.Parse(list.Out);
        Assert.That(document.RootElement.GetArrayLength(), Is.GreaterThan(50));
        CommandResult info = await CommandLine.RunAsync("data", "info", "cifar10");
        Assert.That(info.Out, Does.Contain("SHA-256").And.Contain("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"));
        CommandResult unknown = await CommandLine.RunAsync("data", "fetch", "cifar01", "mnis");
        Assert.That(unknown.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(unknown.Error, Does.Contain("Nearest: cifar10").And.Contain("Nearest: mnist"));
    }

    [TestCase("[suggest:4]", "rep", "reproduce", "report")]
    [TestCase("[suggest:12]", "describe sam", "sample/coin-bias", "sample/slow")]
    public async Task Completions_are_suggested(string directive, string line, string first, string second)
    {
        CommandResult result = await CommandLine.RunAsync(directive, line);
        Assert.That(result.Out.Split('\n'), Has.Member(first).And.Member(second));
    }

    [Test]
    public async Task A_width_of_forty_is_enough()
    {
        using RunsFolder runs = new();
        CommandResult result = await CommandLine.RunAsync(
            _ => { },
            new BufferedTerminal(isTerminal: false, width: 40),
            CancellationToken.None,
            "run",
            "sample/coin-bias",
            "--out",
            runs.Path
        );
        Assert.That(result.Out, Does.Contain("verdict: Confirmed").And.Contain("[0.7988, 0.8102]").And.Not.Contain("\u001b"));
    }

    [Test]
    public async Task Without_colours_a_terminal_shows_words()
    {
        using RunsFolder runs = new();
        CommandResult result = await CommandLine.RunAsync(
            _ => { },
            new BufferedTerminal(isTerminal: true, width: 160),
            CancellationToken.None,
            "run",
            "sample/coin-bias",
            "--no-color",
            "--plain",
            "--out",
            runs.Path
        );
        Assert.That(result.Out + result.Error, Does.Not.Contain("\u001b"));
        Assert.That(result.Out, Does.Contain("Confirmed"));
    }

    [Test]
    public async Task The_log_file_has_what_the_console_leaves_out()
    {
        using RunsFolder runs = new();
        string log = Path.Combine(runs.Path, "log.txt");
        CommandResult result = await CommandLine.RunAsync(
            "run",
            "sample/throws",
            "--log-file",
            log,
            "--verbosity",
            "quiet",
            "--out",
            runs.Path
        );
        Assert.That(result.Error, Does.Not.Contain("to measure"));
        Assert.That(await File.ReadAllTextAsync(log), Does.Contain("   at ").And.Contain("is odd"));
    }

    [Test]
    public void Two_verbs_of_one_name_are_refused() =>
        Assert.That(
            () => ResearchKitApp.CreateBuilder([]).UseTerminal(new BufferedTerminal()).AddVerb(_ => new Command("run")).Build(),
            Throws.ArgumentException.With.Message.Contains("'run'")
        );

    [Test]
    public async Task A_launcher_and_a_renderer_of_ones_own_are_used()
    {
        using RunsFolder runs = new();
        CountingLauncher launcher = new();
        CountingRenderer renderer = new();
        CommandResult result = await CommandLine.RunAsync(
            b => b.AddLauncher("counting", () => launcher).UseRenderer(() => renderer),
            new BufferedTerminal(),
            CancellationToken.None,
            "run",
            "sample/coin-bias",
            "--launcher",
            "counting",
            "--out",
            runs.Path
        );
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
        Assert.That((launcher.Cells, renderer.Figures), Is.EqualTo((6, 1)));
    }

    private static async Task<string> FirstKey(RunsFolder runs, string experiment)
    {
        string line = (await File.ReadAllLinesAsync(Path.Combine(runs.OnlyRun(experiment), "plan.jsonl")))[0];
        using JsonDocument cell = JsonDocument.Parse(line);
        return cell.RootElement.GetProperty("key").GetString()![..8];
    }

    private sealed class CountingLauncher : ILauncher
    {
        private readonly LocalLauncher local = new();

        public int Cells { get; private set; }

        public string Name => "counting";

        public bool MeasuresElsewhere => false;

        public Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
        {
            Cells += request.Missing.Count;
            return local.LaunchAsync(request, cancellationToken);
        }
    }

    private sealed class CountingRenderer : IFigureRenderer
    {
        public int Figures { get; private set; }

        public Task RenderAsync(Figure figure, string folder, CancellationToken cancellationToken)
        {
            Figures++;
            return Task.CompletedTask;
        }
    }
}
