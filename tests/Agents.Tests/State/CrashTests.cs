using System.Diagnostics;
using ResearchKit.Agents.Tests.Hosting;

namespace ResearchKit.Agents.Tests.State;

/// <summary>The store's process is killed in the middle of keyed writes: what was acknowledged is there, nothing was done twice.</summary>
public class CrashTests
{
    private const string Variable = "RESEARCHKIT_CRASH_STORE";

    /// <summary>Not a test of its own: the process that is killed. It takes keys, appends an event for each, completes it, and says so.</summary>
    [Test]
    [Explicit("the child of the kill tests")]
    public async Task Child()
    {
        string? file = Environment.GetEnvironmentVariable(Variable);
        if (file is null)
        {
            Assert.Ignore($"{Variable} is not set: only the kill tests run this.");
        }
        await using var store = SqliteAgentStore.Open(file!);
        await using StreamWriter acknowledged = new(new FileStream(file + ".ack", FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            AutoFlush = true,
        };
        Lock writing = new();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 10_000),
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (i, cancellationToken) =>
            {
                if ((await store.TakeAsync($"k{i}", ContentDigest.Of($"{i}"), false, cancellationToken)).Outcome != IdempotencyOutcome.New)
                {
                    return;
                }
                AgentTask task = new()
                {
                    Id = $"t{i}-{AgentIds.New()}",
                    ContextId = "c",
                    Status = new TaskStatusInfo(TaskState.Working, DateTimeOffset.UnixEpoch),
                    Sequence = 1,
                };
                await store.AppendAsync(
                    new TaskRecord("a", "o", task),
                    new LoggedEvent(1, "task", "{}"u8.ToArray()),
                    null,
                    cancellationToken
                );
                await store.CompleteAsync($"k{i}", new StoredAnswer(200, "{}"u8.ToArray(), task.Id), cancellationToken);
                lock (writing)
                {
                    acknowledged.WriteLine($"{i} {task.Id}");
                }
            }
        );
    }

    [Test]
    public Task Nothing_acknowledged_is_lost_and_nothing_runs_twice() => KilledAsync(2);

    [Test]
    [Category("Long")]
    public Task Nothing_acknowledged_is_lost_and_nothing_runs_twice_in_twenty_kills() => KilledAsync(20);

    private static async Task KilledAsync(int kills)
    {
        string file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{AgentIds.New()}.db");
        for (int kill = 1; kill <= kills; kill++)
        {
            string here = typeof(CrashTests).Assembly.Location;
            ProcessStartInfo start = new("dotnet", [here, "--filter", $"FullyQualifiedName={typeof(CrashTests).FullName}.{nameof(Child)}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment[Variable] = file;
            using Process child = Process.Start(start)!;
            _ = child.StandardOutput.ReadToEndAsync();
            _ = child.StandardError.ReadToEndAsync();
            int before = Lines(file).Count;
            Stopwatch patience = Stopwatch.StartNew();
            while (Lines(file).Count < before + 150 && !child.HasExited)
            {
                Assert.That(patience.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)), "the child acknowledged nothing within 60 s");
                await Task.Delay(5);
            }
            child.Kill(entireProcessTree: true);
            await child.WaitForExitAsync(AgentApp.Limit());
        }
        Dictionary<string, string[]> acknowledged = Lines(file)
            .GroupBy(l => l.Split(' ')[0])
            .ToDictionary(g => g.Key, g => g.Select(l => l.Split(' ')[1]).ToArray());
        Assert.That(acknowledged, Has.Count.GreaterThanOrEqualTo(100));
        Assert.That(acknowledged.Values.Select(v => v.Length), Is.All.EqualTo(1), "a key ran twice");
        await using var store = SqliteAgentStore.Open(file);
        List<string> lost = [];
        foreach ((string key, string[] tasks) in acknowledged)
        {
            IdempotencyClaim claim = await store.TakeAsync($"k{key}", ContentDigest.Of(key), false);
            bool there =
                claim.Outcome == IdempotencyOutcome.Answered
                && claim.Answer!.TaskId == tasks[0]
                && (await store.EventsAsync(tasks[0], 0)).Count == 1;
            if (!there)
            {
                lost.Add($"{key}: {claim.Outcome}");
            }
        }
        Assert.That(lost, Is.Empty);
        TestContext.Out.WriteLine($"{acknowledged.Count} acknowledged writes over {kills} kills, none lost, none twice");
    }

    private static List<string> Lines(string file)
    {
        if (!File.Exists(file + ".ack"))
        {
            return [];
        }
        using FileStream stream = new(file + ".ack", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(stream);
        string text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
