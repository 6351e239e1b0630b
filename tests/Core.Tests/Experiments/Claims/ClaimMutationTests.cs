using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Experiments;

public class ClaimMutationTests
{
    [Test]
    public void Sound_claims_fall_with_the_effect_they_state()
    {
        ClaimMutationResult result = ClaimMutation.Run(new Race(), Race.Rows());
        Assert.That(result.NotTested, Is.EqualTo(["never-measured"]));
        Assert.That(
            result.Survivors.Select(s => s[..s.IndexOf(':', StringComparison.Ordinal)]),
            Is.EquivalentTo(["blind", "ignores-systems", "nan-blind"])
        );
    }

    [TestCase("LatencyMs constant", "faster", false)]
    [TestCase("System reversed", "faster", false)]
    [TestCase("System rotated by 2", "faster", false)]
    [TestCase("NaN", "faster", false)]
    [TestCase("LatencyMs x 1000", "faster", true)]
    [TestCase("LatencyMs x 1000", "size", false)]
    [TestCase("Errors shifted", "no-errors", false)]
    [TestCase("Verified inverted", "verified", false)]
    public void Each_mutation_fells_what_it_destroys(string mutation, string claim, bool holds)
    {
        MutationOutcome outcome = ClaimMutation.Run(new Race(), Race.Rows()).Outcomes.Single(o => o.Mutation == mutation);
        Assert.That(outcome.Holds(claim), Is.EqualTo(holds));
    }

    [Test]
    public void Swaps_keep_every_cell_and_exchange_its_rows()
    {
        MeasuredRow[] rows = [.. Race.Rows().Select(r => new MeasuredRow(r.CellKey, r.Cell, r.Index, r.Row))];
        IReadOnlyList<MeasuredRow> swapped = RowMutations.Of(new Race(), rows).Single(m => m.Name == "System reversed").Rows;
        Assert.That(swapped.Select(r => r.CellKey), Is.EqualTo(rows.Select(r => r.CellKey)));
        foreach (MeasuredRow row in swapped)
        {
            RaceCell cell = (RaceCell)row.Cell;
            string source = cell.System switch
            {
                "A" => "C",
                "C" => "A",
                _ => "B",
            };
            Assert.That(row.Row, Is.EqualTo(rows.Single(r => r.Cell is RaceCell c && c.System == source && c.Seed == cell.Seed).Row));
        }
    }

    [Test]
    public void Good_rows_stay_as_they_were()
    {
        List<Measured<RaceCell, RaceRow>> rows = Race.Rows();
        _ = ClaimMutation.Run(new Race(), rows);
        Assert.That(rows, Is.EqualTo(Race.Rows()));
        Assert.That(() => ClaimMutation.Run(new Race(), []), Throws.ArgumentException);
    }

    internal sealed record RaceCell(string System, int Seed);

    internal sealed record RaceRow(double LatencyMs, int Errors, bool Verified);

    [Experiment("test/race", Paper = "none", Shows = "Three systems")]
    internal sealed class Race : Experiment<ExperimentOptions, RaceCell, RaceRow>
    {
        public static List<Measured<RaceCell, RaceRow>> Rows() =>
            [
                .. from system in new[] { "A", "B", "C" }
                from seed in new[] { 1, 2, 3, 4 }
                let latency = ((system[0] - 'A') * 10) + 10 + (0.1 * seed * (system[0] - '@'))
                select new Measured<RaceCell, RaceRow>($"{system}{seed}", new(system, seed), 0, new(latency, 0, true)),
            ];

        public override ExperimentOptions For(Scale scale) => new();

        public override IEnumerable<RaceCell> Plan(ExperimentOptions options) => Rows().Select(r => r.Cell);

        public override IAsyncEnumerable<RaceRow> MeasureAsync(
            RaceCell cell,
            CellContext<ExperimentOptions> context,
            CancellationToken cancellationToken
        ) => Rows().Where(r => r.Cell == cell).Select(r => r.Row).ToAsyncEnumerable();

        public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<RaceCell, RaceRow>> rows) => [];

        public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<RaceCell, RaceRow>> rows)
        {
            RandomStream stream = RandomStream.Named("test/race", "bootstrap");
            double[] Of(string system) =>
                [.. rows.Where(r => r.Cell.System == system).OrderBy(r => r.Cell.Seed).Select(r => r.Row.LatencyMs)];
            double[] a = Of("A");
            double[] b = Of("B");
            double[] c = Of("C");
            Estimate ratio = Intervals.PairedRatio(b, a, stream);
            yield return Claim.Ratio("faster", "A is faster than B").Accept(atLeast: 1.5).Measured(ratio);
            yield return Claim
                .Order("order", "A < B < C")
                .Accept(atLeast: 1)
                .Measured(Intervals.OfSeeds([.. a.Zip(b, c).Select(x => Math.Min(x.Second - x.First, x.Third - x.Second))], stream));
            yield return Claim.AllOf("both", "parts", Claim.Ratio("part", "B over A").Accept(atLeast: 1.5).Measured(ratio));
            yield return Claim.Value("size", "A takes 10 ms").Accept(9, 12).Measured(Intervals.OfSeeds(a, stream));
            yield return Claim
                .Exact("no-errors", "no errors")
                .Measured(new(rows.Sum(r => r.Row.Errors), 0, 0, 0, 1, IntervalMethod.Deterministic));
            yield return Claim
                .Exact("verified", "all verified")
                .Measured(new(rows.Count(r => !r.Row.Verified), 0, 0, 0, 1, IntervalMethod.Deterministic));
            yield return Claim.Value("never-measured", "no rows").Accept(atLeast: 0);
            // What follows is unsound on purpose.
            yield return Claim
                .Ratio("blind", "looks at no row")
                .Accept(atLeast: 1)
                .Measured(new(2, 1.9, 2.1, 0.95, 5, IntervalMethod.StudentT));
            yield return Claim
                .Difference("ignores-systems", "the sum of all is above zero")
                .Accept(atLeast: 0)
                .Measured(Intervals.OfSeeds([.. a.Zip(b, c).Select(x => x.First + x.Second + x.Third)], stream));
            yield return Claim
                .Difference("nan-blind", "counts what is not above B")
                .Accept(atMost: 0.5)
                .Measured(new(a.Zip(b).Count(x => x.First > x.Second - 1), 0, 0, 0, 1, IntervalMethod.Deterministic));
        }
    }
}
