using ResearchKit.Experiments;

namespace ResearchKit.Core.Tests.Experiments;

public sealed class CellKeyTests
{
    private static readonly ExperimentInfo Fig6 = new("harmoeny/fig6-throughput-vs-skew", "none", "none", 1);

    [Test]
    public void FollowsThePublishedVector() =>
        Assert.That(
            new CellKey(Fig6, new BatchOptions()).Of(new SkewCell("HarMoEny", 0.9, 1)),
            Is.EqualTo("bc2e000118a5ec1bfb1b79e6b6cb40c3")
        );

    [Test]
    public void PlanOnlyOptionsAreNoPartOfIt() =>
        Assert.That(Key(new BatchOptions { Seeds = [9], Systems = ["x"] }), Is.EqualTo(Key(new BatchOptions())));

    [Test]
    public void EveryOtherOptionCellAndVersionIs()
    {
        string[] keys =
        [
            Key(new BatchOptions()),
            Key(new BatchOptions { Batch = 65 }),
            new CellKey(Fig6 with { Version = 2 }, new BatchOptions()).Of(Cell()),
            new CellKey(Fig6 with { Id = "harmoeny/other" }, new BatchOptions()).Of(Cell()),
            new CellKey(Fig6, new BatchOptions()).Of(Cell() with { Seed = 2 }),
            new CellKey(Fig6, new BatchOptions()).Of(Cell() with { Skew = 0.90000000000000002 * 1.0000000000000002 }),
        ];
        Assert.That(keys, Is.Unique);
    }

    [Test]
    public void NewerPropertiesAreLeftOutWhileTheyEqualTheirDefault()
    {
        Assert.That(Key(new LaterOptions()), Is.EqualTo(Key(new BatchOptions())));
        Assert.That(Key(new LaterOptions { Warmup = 4 }), Is.Not.EqualTo(Key(new BatchOptions())));
        Assert.That(Key(new LaterOptions { Sizes = [1, 2] }), Is.EqualTo(Key(new BatchOptions())), "a list equals its default by value");
        Assert.That(Key(new LaterOptions { Sizes = [2, 1] }), Is.Not.EqualTo(Key(new BatchOptions())));
        CellKey keys = new(Fig6, new BatchOptions());
        Assert.That(keys.Of(new LaterCell("HarMoEny", 0.9, 1)), Is.EqualTo(keys.Of(Cell())));
        Assert.That(keys.Of(new LaterCell("HarMoEny", 0.9, 1, Mode.Slow)), Is.Not.EqualTo(keys.Of(Cell())));
    }

    [Test]
    public void RefusesWhatHasNoJson()
    {
        CellKey keys = new(Fig6, new BatchOptions());
        Assert.Throws<ArgumentException>(() => keys.Of(Cell() with { Skew = double.NaN }));
        Assert.Throws<ArgumentException>(() => keys.Of(Cell() with { Skew = double.NegativeInfinity }));
        Assert.Throws<ArgumentException>(() => keys.Of(new BigCell(long.MaxValue)), "two integers beyond 2^53 would share a text");
    }

    private static SkewCell Cell() => new("HarMoEny", 0.9, 1);

    private static string Key(ExperimentOptions options) => new CellKey(Fig6, options).Of(Cell());

    private sealed record SkewCell(string System, double Skew, int Seed);

    private sealed record LaterCell(string System, double Skew, int Seed, [property: Since(2)] Mode Mode = Mode.Fast);

    private sealed record BigCell(long Seed);

    private record BatchOptions : ExperimentOptions
    {
        public int Batch { get; init; } = 64;

        [PlanOnly]
        public IReadOnlyList<string> Systems { get; init; } = ["HarMoEny"];
    }

    private sealed record LaterOptions : BatchOptions
    {
        [Since(2)]
        public int Warmup { get; init; } = 3;

        [Since(3)]
        public IReadOnlyList<int> Sizes { get; init; } = [1, 2];
    }
}
