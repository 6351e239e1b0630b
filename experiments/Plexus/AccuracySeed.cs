using ResearchKit.Experiments;

namespace ResearchKit.Papers.Plexus;

/// <summary>The runs of one seed, and what each spent until the target: the best accuracy that the weakest decentralised baseline reached.</summary>
internal sealed class AccuracySeed
{
    private readonly Dictionary<string, AccuracyRow[]> runs;
    private readonly string[] baselines;
    private readonly double? target;

    internal AccuracySeed(int seed, IReadOnlyList<Measured<AccuracyCell, AccuracyRow>> rows, IEnumerable<string> baselines)
    {
        Seed = seed;
        runs = rows.GroupBy(r => r.Cell.Algorithm).ToDictionary(g => g.Key, g => g.Select(r => r.Row).OrderBy(r => r.TimeS).ToArray());
        this.baselines = [.. baselines.Where(runs.ContainsKey)];
        target = this.baselines.Length == 0 ? null : this.baselines.Min(name => runs[name].Max(r => r.Accuracy));
    }

    internal int Seed { get; }

    internal bool Has(string algorithm) => runs.ContainsKey(algorithm);

    /// <summary>What an algorithm had spent when it first was at the target; null if it never was.</summary>
    internal double? Until(string algorithm, Func<AccuracyRow, double> spent) =>
        target is { } wanted && runs.TryGetValue(algorithm, out AccuracyRow[]? tests)
            ? Array.Find(tests, t => t.Accuracy >= wanted) is { } first
                ? spent(first)
                : null
            : null;

    /// <summary>The least that any baseline had spent at the target.</summary>
    internal double? BestBaseline(Func<AccuracyRow, double> spent) => baselines.Min(name => Until(name, spent));

    /// <summary>The last accuracy, in the mean over the last tenth of the tests.</summary>
    internal double Final(string algorithm) => runs[algorithm][^Math.Max(1, runs[algorithm].Length / 10)..].Average(t => t.Accuracy);
}
