using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Moe;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.HarMoEny;

/// <summary>What the claims and figures of this paper share.</summary>
internal static class HarmoenyClaims
{
    /// <summary>The simulator's error, stated beside every simulated number.</summary>
    public static string Errors(HarmoenyModel model)
    {
        EngineProfile engine = model.Engine;
        return FormattableString.Invariant(
            $"simulator fitted to the authors' runs: in-sample error up to {100 * engine.InSampleError:0.#} %, leave-one-out up to {100 * engine.LeaveOneOutError:0.#} %, not validated on other data"
        );
    }

    /// <summary>HarMoEny's throughput and that of the best other system in the paper, by seed.</summary>
    public static (double[] Harmoeny, double[] Best) AgainstNextBest<T>(IEnumerable<T> rows, Func<T, int> seed, Func<T, SimulatedRow> row)
    {
        IGrouping<int, T>[] seeds = [.. rows.GroupBy(seed).OrderBy(g => g.Key)];
        if (seeds.Length == 0 || !seeds.All(g => g.Any(r => row(r).System == "harmoeny") && g.Count() > 1))
        {
            return ([], []);
        }

        string[] compared = ["fixed", "exflow", "fastmoe", "fastermoe", "fastermoe-as-shipped", "deepspeed"];
        return (
            [.. seeds.Select(g => row(g.First(r => row(r).System == "harmoeny")).SequencesPerSecond)],
            [.. seeds.Select(g => g.Where(r => compared.Contains(row(r).System)).Max(r => row(r).SequencesPerSecond))]
        );
    }

    public static SeriesPoint Point(double x, double[] values)
    {
        Estimate e = Intervals.OfSeeds(values, RandomStream.Named("harmoeny", "figure", "bootstrap"));
        return new SeriesPoint(x, e.Value, e.Low, e.High);
    }
}
