using ResearchKit.Experiments;
using ResearchKit.RunnerHost;

namespace ResearchKit.Core.Tests.Experiments;

public sealed class RunStoreTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 3, 12, 0, 0, TimeSpan.Zero);

    private TemporaryFolder folder = null!;
    private RunStore store = null!;

    [SetUp]
    public void MakeStore() => store = new RunStore((folder = new TemporaryFolder()).Path);

    [TearDown]
    public void RemoveStore() => folder.Dispose();

    [Test]
    public async Task RunsOfOneSecondHaveNamesOfTheirOwn()
    {
        ExperimentPlan plan = Plan();
        Run[] runs = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => CreateAsync(plan, Noon))));
        string name = $"20260103-120000-quick-{plan.OptionsHash[..8]}";
        Assert.That(runs.Select(r => r.Id), Is.EquivalentTo(Enumerable.Range(1, 12).Select(i => i == 1 ? name : $"{name}-{i}")));
        Assert.That((await store.NewestAsync(plan.Experiment, plan.OptionsHash))!.Id, Is.EqualTo($"{name}-12"), "10 comes after 9");
        Assert.That(
            Directory.EnumerateDirectories(Path.Combine(folder.Path, "test", "grid")),
            Has.Exactly(12).Items,
            "no temporary folder stays"
        );
    }

    [Test]
    public async Task RunsAreFoundByAllTheirNames()
    {
        Run older = await CreateAsync(Plan(), Noon);
        Run newer = await CreateAsync(Plan(), Noon.AddDays(1));
        foreach (string reference in (string[])[newer.Id, "test/grid", "test/grid/latest", $"test/grid/{newer.Id}", newer.Folder])
        {
            Assert.That((await store.OpenAsync(reference)).Id, Is.EqualTo(newer.Id), reference);
        }

        List<string> listed = [];
        await foreach (RunSummary run in store.ListAsync("test/*"))
        {
            listed.Add(run.RunId);
        }

        Assert.That(listed, Is.EqualTo(new[] { older.Id, newer.Id }));
        await foreach (RunSummary run in store.ListAsync("other*"))
        {
            Assert.Fail($"{run.RunId} is not of another paper");
        }
    }

    [TestCase("20260103-120000-quick-00000000")]
    [TestCase("test/other")]
    [TestCase("test/grid/20260103-120000-quick-00000000")]
    public async Task WhatIsNotThereIsTold(string reference)
    {
        await CreateAsync(Plan(), Noon);
        var error = await Assert.ThrowsAsync<ResearchKitException>(() => store.OpenAsync(reference));
        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.RunNotFound));
    }

    [Test]
    public async Task ThePlanComesBackAsRecords()
    {
        ExperimentPlan plan = Plan();
        Run run = await CreateAsync(plan, Noon);
        ExperimentPlan again = await (await store.OpenAsync(run.Id)).ReadPlanAsync(new Grid());
        Assert.That(again.Cells, Is.EqualTo(plan.Cells));
        Assert.That(((GridOptions)again.Options).Systems, Is.EqualTo(((GridOptions)plan.Options).Systems));
    }

    [Test]
    public async Task DamagedAndNewerManifestsAndPlansAreTold()
    {
        Run run = await CreateAsync(Plan(), Noon);
        string plan = Path.Combine(run.Folder, "plan.jsonl");
        string[] lines = await File.ReadAllLinesAsync(plan);
        await File.WriteAllLinesAsync(plan, lines[..^1]);
        await ExpectAsync(ErrorCodes.RunDamaged, () => run.ReadPlanAsync(new Grid()));
        await File.WriteAllLinesAsync(plan, lines.Select(l => l.Replace("\"Seed\":1", "\"Seed\":8", StringComparison.Ordinal)));
        await ExpectAsync(ErrorCodes.RunDamaged, () => run.ReadPlanAsync(new Grid()));

        string manifest = Path.Combine(run.Folder, "manifest.json");
        string text = await File.ReadAllTextAsync(manifest);
        await File.WriteAllTextAsync(manifest, text.Replace("\"schema\": 1", "\"schema\": 2", StringComparison.Ordinal));
        await ExpectAsync(ErrorCodes.RunTooNew, () => store.OpenAsync(run.Folder));
        await File.WriteAllTextAsync(manifest, text[..100]);
        await ExpectAsync(ErrorCodes.RunDamaged, () => store.OpenAsync(run.Folder));
    }

    [Test]
    public async Task AMovedRunIsTheSameRun()
    {
        ExperimentResult result = await new ExperimentRunner(store).RunAsync(new RunRequest { Experiment = new Grid() });
        string moved = Path.Combine(folder.Path, "elsewhere");
        Directory.Move(result.Folder!, moved);
        ExperimentResult review = await new ExperimentRunner(store).ReviewAsync(await Run.OpenAsync(moved), new Grid());
        Assert.That(review.Rows.Rows.SelectMany(r => r), Is.EqualTo(result.Rows.Rows.SelectMany(r => r)));
    }

    private static async Task ExpectAsync(string code, Func<Task> action) =>
        Assert.That((await Assert.ThrowsAsync<ResearchKitException>(() => action()))!.Code, Is.EqualTo(code));

    private static ExperimentPlan Plan() => ExperimentPlan.Of(new Grid(), new GridOptions());

    private Task<Run> CreateAsync(ExperimentPlan plan, DateTimeOffset time) =>
        store.CreateAsync(plan, Scale.Quick, ["run"], new FixedClock(time));
}
