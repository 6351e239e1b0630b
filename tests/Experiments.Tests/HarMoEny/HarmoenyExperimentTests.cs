using ResearchKit.Moe;
using ResearchKit.Papers.HarMoEny;

namespace ResearchKit.Experiments.Tests.HarMoEny;

/// <summary>The experiments of HarMoEny: they run without data, their claims hold, and each can fail.</summary>
public class HarmoenyExperimentTests
{
    [Test]
    public async Task Throughput_as_published_and_in_fair_runs()
    {
        ExperimentResult result = await InMemoryRun.OfAsync(new ThroughputVsSkew([new Mine()]), set: ["Seeds=1,2,3", "Skews=0,0.9"]);
        Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done), string.Join(", ", result.Problems));
        Assert.That(result.Claims.Select(c => c.Verdict), Is.All.EqualTo(Verdict.Confirmed));
        Assert.That(result.Figures.SelectMany(f => f.Series).Where(s => s.NotInPaper).Select(s => s.Name), Is.All.EqualTo("mine"));
        Assert.That(result.Figures.SelectMany(f => f.Series).Any(s => s.NotInPaper), Is.True, "one's own scheduler is drawn");
    }

    [Test]
    public async Task The_other_simulated_experiments_run()
    {
        foreach (
            (Experiment experiment, string[] set) in new (Experiment, string[])[]
            {
                (new PolicyAblation(), ["Skews=0.9"]),
                (new QSweep(), ["Thresholds=1,2048,16384", "Iterations=1"]),
                (new RandomSkew(), ["Iterations=10"]),
            }
        )
        {
            ExperimentResult result = await InMemoryRun.OfAsync(experiment, set: set);
            Assert.That(
                result.Cells.Select(c => c.State),
                Is.All.EqualTo(CellState.Done),
                $"{experiment.Info.Id}: {string.Join(", ", result.Problems)}"
            );
            Assert.That(result.Figures, Is.Not.Empty);
            Assert.That(result.Claims.Select(c => c.Verdict), Has.None.EqualTo(Verdict.Failed), experiment.Info.Id);
        }
    }

    [Test]
    public void Without_rows_every_claim_is_listed_and_real_data_are_asked_for()
    {
        foreach (
            Experiment experiment in new Experiment[]
            {
                new ThroughputVsSkew(),
                new PolicyAblation(),
                new QSweep(),
                new DatasetBalance(),
                new RandomSkew(),
            }
        )
        {
            IReadOnlyList<Claim> claims = experiment.Claims();
            Assert.That(claims, Is.Not.Empty, experiment.Info.Id);
            Assert.That(claims.Select(c => c.Id), Is.Unique, experiment.Info.Id);
            Assert.That(
                claims.Where(c => c.Provenance.Data == DataOrigin.Real).Select(c => c.Needs.Count),
                Has.None.Zero,
                experiment.Info.Id
            );
        }
    }

    [Test]
    public void Claims_fall_where_HarMoEny_gains_nothing()
    {
        List<Measured<ThroughputVsSkew.Cell, SimulatedRow>> rows =
        [
            .. from model in new[] { "switch", "qwen" }
            from variant in new[] { "as-published", "equal-batch", "equal-memory" }
            from definition in new[] { "gini", "multinomial" }
            from skew in new[] { 0, 0.5, 0.9 }
            from seed in new[] { 1, 2, 3 }
            from system in new[] { "harmoeny", "fastmoe" }
            select new Measured<ThroughputVsSkew.Cell, SimulatedRow>(
                "",
                new(model, variant, definition, skew, seed),
                0,
                new(
                    system,
                    64,
                    Gain(system, variant, skew) + (0.001 * seed),
                    1,
                    1,
                    1,
                    0,
                    0,
                    0,
                    variant == "as-published" && definition == "gini" ? 50 : double.NaN
                )
            ),
        ];
        Assert.That(MadeUpRows.Verdicts(new ThroughputVsSkew(), rows), Is.All.EqualTo(Verdict.Failed));

        static double Gain(string system, string variant, double skew) =>
            system != "harmoeny" ? 100
            : skew == 0 ? 120
            : variant == "as-published" ? 110
            : 130;
    }

    private sealed class Mine : ITokenScheduler
    {
        public string Name => "mine";

        public bool IsLossless => true;

        public ExpertTransfer Transfer => ExpertTransfer.None;

        public void Plan(TokenCounts counts, ExpertPlacement placement, Schedule schedule) =>
            new FixedScheduler().Plan(counts, placement, schedule);
    }
}
