using System.Diagnostics;
using ResearchKit.Moe.RankHost;

namespace ResearchKit.Moe.Tests;

[NonParallelizable]
[Category("External")]
public class MpiTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [TestCase("whole")]
    [TestCase("parts", TestName = "Messages sent in parts give the same")]
    public async Task Two_processes_give_what_two_threads_give(string work)
    {
        (int code, string output) = await RunAsync(work);
        Assert.That(code, Is.Zero, output);
        string[] expected = new string[2];
        await RankGroup.RunAsync(
            2,
            async (ranks, token) => expected[ranks.Rank] = $"rank {ranks.Rank} {await RankProgram.ForwardAsync(ranks, token)}",
            new() { ThreadsPerRank = 1 }
        );
        // A terminal's escape may come before what a rank writes.
        string[] lines =
        [
            .. output
                .Split('\n')
                .Where(line => line.Contains("rank ", StringComparison.Ordinal))
                .Select(line => line[line.IndexOf("rank ", StringComparison.Ordinal)..].TrimEnd())
                .Order(StringComparer.Ordinal),
        ];
        Assert.That(lines, Is.EqualTo(expected), "schedule, outputs and bytes");
    }

    [Test]
    public async Task A_rank_that_fails_stops_the_other_with_its_number()
    {
        (int code, string output) = await RunAsync("fails");
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("broken on purpose"));
        Assert.That(output, Does.Contain("Rank 0 stops: rank 1 failed"));
    }

    [Test]
    public async Task Ranks_that_disagree_stop_with_both_numbers()
    {
        (int code, string output) = await RunAsync("disagrees");
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain(MoeErrors.RanksDisagree).And.Contain("but 8 are expected"));
    }

    private static async Task<(int Code, string Output)> RunAsync(string work)
    {
        if (!File.Exists("/usr/bin/mpirun"))
        {
            Assert.Ignore("mpirun is not installed (Debian: openmpi-bin libopenmpi3)");
        }

        string folder = TestContext.CurrentContext.TestDirectory;
        ProcessStartInfo start = new("/usr/bin/mpirun")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--allow-run-as-root",
                "--oversubscribe",
                "-n",
                "2",
                Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : "dotnet",
                Path.Combine(folder, "ResearchKit.MoeRankHost.dll"),
                work,
            },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource limit = new(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"mpirun {work} did not end within {Patience.TotalSeconds:0} s");
        }

        return (process.ExitCode, await output + await error);
    }
}
