using System.CommandLine;
using ResearchKit.Storage;

namespace ResearchKit.Cli.Tests;

/// <summary>Every situation of the table of errors: message and exit code.</summary>
public sealed class ErrorTableTests
{
    [Test]
    public async Task A_malformed_file_is_the_users_input()
    {
        CommandResult result = await WithVerb(() =>
            throw new MalformedFileException("graph.txt", "two node ids", "a,b,c", line: 17, column: 3)
        );
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.Contain("error RK2003: graph.txt, line 17, column 3: expected two node ids, found a,b,c"));
        Assert.That(result.Error, Does.Contain("remedy:"));
    }

    [Test]
    public async Task Inputs_that_do_not_fit_are_the_users_and_name_no_parameter()
    {
        CommandResult result = await WithVerb(() => throw new ArgumentOutOfRangeException("rate", 7, "rate is at most 1."));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.Contain("rate is at most 1.").And.Not.Contain("(Parameter"));
        Assert.That(result.Error, Does.Contain("7"));
    }

    [Test]
    public async Task An_options_file_that_is_no_json_is_named()
    {
        using RunsFolder runs = new();
        string file = Path.Combine(runs.Path, "options.json");
        await File.WriteAllTextAsync(file, "{ \"Throws\": ");
        CommandResult result = await CommandLine.RunAsync("run", "sample/coin-bias", "--set", $"@{file}", "--out", runs.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.Contain(file));
        Assert.That(Directory.GetDirectories(runs.Path), Is.Empty, "something was written");
    }

    [Test]
    public async Task An_unknown_experiment_is_answered_with_the_nearest()
    {
        CommandResult result = await CommandLine.RunAsync("run", "sample/coinbias", "other/*");
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.Contain("'sample/coinbias'. Nearest: sample/coin-bias"));
        Assert.That(result.Error, Does.Contain("'other/*'"), "all problems at once");
    }

    [Test]
    public async Task All_problems_of_a_command_line_are_shown_at_once()
    {
        CommandResult result = await CommandLine.RunAsync([
            "run",
            "sample/coin-bias",
            "--set",
            "Throws=0",
            "--set",
            "Thros=3",
            "--seeds",
            "1..x",
            "--jobs",
            "0",
            "--only",
            "Bais=1",
            "--scale",
            "qick",
            "--launcher",
            "lokal",
        ]);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.Multiple(() =>
        {
            Assert.That(result.Error, Does.Contain("--scale = qick: allowed is quick, full, paper"));
            Assert.That(result.Error, Does.Contain("--jobs = 0: allowed is a whole number from 1 on"));
            Assert.That(result.Error, Does.Contain("no option 'Thros'. Nearest: Throws"));
            Assert.That(result.Error, Does.Contain("Throws = 0: allowed is 1 to 1000000"));
            Assert.That(result.Error, Does.Contain("Seeds = 1..x"));
            Assert.That(result.Error, Does.Contain("no 'Bais'; it has Bias, Seed"));
            Assert.That(result.Error, Does.Contain("--launcher = lokal: there is local"));
            Assert.That(result.Error, Does.Contain("See 'sample run --help'."));
            Assert.That(result.Out, Is.Empty);
        });
    }

    [TestCase("run", "--bogus", "'--bogus' is not an option of 'run'")]
    [TestCase("describe", "--jsn", "'--jsn' is not an option of 'describe'. Nearest: --json")]
    [TestCase("list", "--josn", "'--josn' is not an option of 'list'. Nearest: --json")]
    [TestCase("report", "--strickt", "'--strickt' is not an option of 'report'. Nearest: --strict")]
    [TestCase("data", "fech", "'fech' is not a verb of 'data'. Nearest: fetch")]
    public async Task An_unknown_word_is_never_taken_for_something_else(string verb, string word, string message)
    {
        CommandResult result = await CommandLine.RunAsync(verb, word);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.Contain(message));
    }

    [Test]
    public async Task A_verb_that_does_not_exist_is_answered_with_the_nearest()
    {
        CommandResult result = await CommandLine.RunAsync("reprodce");
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.Contain("'reprodce' is not a verb of the command. Nearest: reproduce"));
    }

    [Test]
    public async Task A_cell_that_throws_fails_alone()
    {
        using RunsFolder runs = new();
        CommandResult result = await CommandLine.RunAsync("run", "sample/throws", "--out", runs.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.Multiple(() =>
        {
            Assert.That(
                result.Error,
                Does.Contain("failed: sample/throws cell").And.Contain("InvalidOperationException: cell 1 is odd [sic]")
            );
            Assert.That(result.Error, Does.Contain("cell 3 is odd"), "the others went on");
            Assert.That(
                result.Error.Split('\n').Count(l => l.Contains("cell 1 is odd", StringComparison.Ordinal)),
                Is.EqualTo(1),
                "said once"
            );
            Assert.That(result.Out, Does.Contain("2 of 4 cells are not done. Go on with: sample run sample/throws --resume"));
            Assert.That(result.Out, Does.Contain($"--out {runs.Path}"));
            Assert.That(File.Exists(Path.Combine(runs.OnlyRun("sample/throws"), "rows.csv")));
        });
    }

    [Test]
    public async Task A_false_claim_fails_after_the_report_is_written()
    {
        using RunsFolder runs = new();
        CommandResult result = await CommandLine.RunAsync("reproduce", "sample/wrong-claim", "--out", runs.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(result.Out, Does.Contain("Failed").And.Contain("-1 is below the band's edge 0"));
        Assert.That(File.Exists(result.Out.TrimEnd().Split('\n')[^1]), "the last line is the path of the report");
    }

    [Test]
    public async Task A_claim_that_is_not_judged_fails_unless_that_is_allowed()
    {
        using RunsFolder runs = new();
        CommandResult run = await CommandLine.RunAsync("run", "sample/coin-bias", "--seeds", "1,2", "--out", runs.Path);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failed), run.Out);
        Assert.That(run.Out, Does.Contain("NotJudged").And.Contain("2 seeds, at least 3 needed"));
    }

    [Test]
    public async Task A_folder_that_cannot_be_written_is_an_environment_problem()
    {
        using RunsFolder runs = new();
        string file = Path.Combine(runs.Path, "file");
        await File.WriteAllTextAsync(file, "");
        CommandResult result = await CommandLine.RunAsync("run", "sample/coin-bias", "--out", Path.Combine(file, "runs"));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Environment));
        Assert.That(result.Error, Does.Contain("RK3001").And.Contain("remedy:").And.Contain(file));
    }

    [Test]
    public async Task A_full_disk_is_an_environment_problem()
    {
        const int noSpace = 0x1C;
        CommandResult result = await WithVerb(() =>
            AtomicFile.Write(
                Path.Combine(Path.GetTempPath(), $"never-there-{Environment.ProcessId}"),
                _ => throw new IOException("No space left on device", noSpace)
            )
        );
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Environment));
        Assert.That(result.Error, Does.Contain("RK3001").And.Contain("remedy:"));
    }

    [Test]
    public async Task Data_that_are_not_here_are_named_with_the_command_that_gets_them()
    {
        CommandResult result = await WithData("data", "path", "mnist");
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Environment));
        Assert.That(result.Error, Does.Contain("RK2001").And.Contain("data fetch mnist"));
    }

    [Test]
    public async Task A_bug_names_the_log_and_shows_the_stack_only_on_request()
    {
        CommandResult result = await WithVerb(() => throw new NotSupportedException("never"));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Bug));
        Assert.That(result.Error, Does.Contain("unexpected error: NotSupportedException: never"));
        Assert.That(result.Error, Does.Not.Contain("   at "));
        string log = result.Error.Split('\n').Single(l => l.Contains("log with the stack: ", StringComparison.Ordinal)).Split(": ")[^1];
        Assert.That(await File.ReadAllTextAsync(log), Does.Contain("   at ").And.Contain("NotSupportedException"));
        File.Delete(log);

        CommandResult debug = await WithVerb(() => throw new NotSupportedException("never"), "--verbosity", "debug");
        Assert.That(debug.ExitCode, Is.EqualTo(ExitCode.Bug));
        Assert.That(debug.Error, Does.Contain("   at "));
        File.Delete(debug.Error.Split('\n').Single(l => l.Contains("log with the stack: ", StringComparison.Ordinal)).Split(": ")[^1]);
    }

    [Test]
    public async Task An_argument_that_the_runtime_refuses_is_a_bug_and_not_the_users()
    {
        using RunsFolder folder = new();
        string log = Path.Combine(folder.Path, "log.txt");
        Dictionary<string, int> twice = new() { ["a"] = 1 };
        CommandResult result = await WithVerb(() => twice.Add("a", 2), "--log-file", log);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Bug));
        Assert.That(result.Error, Does.Contain($"log with the stack: {log}"));
        Assert.That(await File.ReadAllTextAsync(log), Does.Contain("ArgumentException").And.Contain("   at "));
    }

    [Test]
    public async Task Two_runs_of_one_second_have_folders_of_their_own()
    {
        using RunsFolder runs = new();
        ManualClock clock = new(new DateTimeOffset(2026, 1, 3, 10, 15, 0, TimeSpan.Zero));
        for (int i = 0; i < 2; i++)
        {
            CommandResult result = await CommandLine.RunAsync(
                b => b.UseClock(clock),
                new BufferedTerminal(),
                CancellationToken.None,
                "run",
                "sample/coin-bias",
                "--out",
                runs.Path
            );
            Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Done), result.Error);
        }

        string[] names =
        [
            .. Directory.GetDirectories(Path.Combine(runs.Path, "sample", "coin-bias")).Select(p => Path.GetFileName(p)!).Order(),
        ];
        Assert.That(names, Has.Length.EqualTo(2));
        Assert.That(names[1], Is.EqualTo(names[0] + "-2"));
    }

    [Test]
    public async Task A_report_on_an_incomplete_run_works_and_fails()
    {
        using RunsFolder runs = new();
        CommandResult run = await CommandLine.RunAsync("run", "sample/coin-bias", "--only", "Bias=0.5", "--out", runs.Path);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), "cells were left out on purpose");
        CommandResult report = await CommandLine.RunAsync("report", "sample/coin-bias", "--out", runs.Path);
        Assert.That(report.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(report.Out, Does.Contain("3 of 6 cells are not done").And.Contain("2 NotJudged"));
        Assert.That(report.Out.TrimEnd(), Does.EndWith(Path.Combine(runs.OnlyRun("sample/coin-bias"), "report.html")));
    }

    [Test]
    public async Task A_table_of_rows_that_was_edited_is_written_anew()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "--out", runs.Path);
        string path = Path.Combine(runs.OnlyRun("sample/coin-bias"), "rows.csv");
        string rows = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, rows.Replace("0.8", "0.9", StringComparison.Ordinal));
        CommandResult report = await CommandLine.RunAsync("report", "sample/coin-bias", "--out", runs.Path);
        Assert.That(report.ExitCode, Is.EqualTo(ExitCode.Done), report.Error);
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo(rows));
    }

    [Test]
    public async Task A_journal_that_was_edited_is_damaged()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "--out", runs.Path);
        string journal = Directory.GetFiles(Path.Combine(runs.OnlyRun("sample/coin-bias"), "journal"), "*.csv").Single();
        string text = await File.ReadAllTextAsync(journal);
        int row = text.IndexOf(",0,0.", StringComparison.Ordinal) + 5;
        await File.WriteAllTextAsync(journal, text[..row] + (text[row] == '1' ? '2' : '1') + text[(row + 1)..]);

        CommandResult lenient = await CommandLine.RunAsync("report", "sample/coin-bias", "--out", runs.Path);
        Assert.That(lenient.Error, Does.Contain("warning: sample/coin-bias: cell"));
        Assert.That(lenient.ExitCode, Is.EqualTo(ExitCode.Failed), "a damaged cell is not done");
        CommandResult strict = await CommandLine.RunAsync("report", "sample/coin-bias", "--strict", "--out", runs.Path);
        Assert.That(strict.ExitCode, Is.EqualTo(ExitCode.Environment));
        Assert.That(strict.Error, Does.Contain("RK3002").And.Contain(journal));

        CommandResult resumed = await CommandLine.RunAsync("run", "sample/coin-bias", "--resume", "--out", runs.Path);
        Assert.That(resumed.ExitCode, Is.EqualTo(ExitCode.Done), resumed.Error);
        Assert.That(resumed.Error, Does.Contain("6 cells, 1 to measure"));
    }

    [Test]
    public async Task Other_options_than_those_of_the_run_are_refused_with_the_difference()
    {
        using RunsFolder runs = new();
        await CommandLine.RunAsync("run", "sample/coin-bias", "--out", runs.Path);
        CommandResult result = await CommandLine.RunAsync("run", "sample/coin-bias", "--resume", "--set", "Throws=10", "--out", runs.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(result.Error, Does.Contain("RK3005").And.Contain("Throws: stored 2000, given 10"));
    }

    [Test]
    public async Task Cancelling_in_the_middle_keeps_what_is_finished()
    {
        using RunsFolder runs = new();
        using CancellationTokenSource cancel = new();
        CancelAfterCells observer = new(cancel, cells: 3);
        CommandResult result = await CommandLine.RunAsync(
            b => b.AddObserver(observer),
            new BufferedTerminal(),
            cancel.Token,
            "run",
            "sample/slow",
            "--jobs",
            "1",
            "--out",
            runs.Path
        );
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Interrupted));
        Assert.That(result.Error, Does.Contain("go on with: sample run sample/slow --resume"));
        CommandResult status = await CommandLine.RunAsync("status", "sample/slow", "--out", runs.Path);
        Assert.That(status.Out, Does.Contain("incomplete"));
        CommandResult rows = await CommandLine.RunAsync("rows", "sample/slow", "--out", runs.Path);
        Assert.That(rows.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.AtLeast(1 + 6));
    }

    private static Task<CommandResult> WithVerb(Action body, params string[] args) =>
        CommandLine.RunAsync(
            b =>
                b.AddVerb(context =>
                    context.Handle(
                        new Command("probe"),
                        (_, _) =>
                        {
                            body();
                            return Task.FromResult(ExitCode.Done);
                        }
                    )
                ),
            new BufferedTerminal(),
            CancellationToken.None,
            ["probe", .. args]
        );

    private static async Task<CommandResult> WithData(params string[] args)
    {
        using RunsFolder data = new();
        Dictionary<string, string?> environment = new() { ["RESEARCHKIT_DATA"] = data.Path };
        using ChildProcess child = ChildProcess.Start("ResearchKit.SampleExperiments.dll", environment, args);
        return await child.EndAsync();
    }
}
