using ResearchKit.Experiments;

namespace ResearchKit.SampleExperiments;

/// <summary>A cell of an experiment whose grid is a list of numbers.</summary>
public sealed record NumberedCell(int Number);

/// <summary>What such a cell measures.</summary>
public sealed record NumberedRow(double Value);

/// <summary>Options of such an experiment.</summary>
public record NumberedOptions : ExperimentOptions
{
    [PlanOnly]
    public int Cells { get; init; } = 4;

    /// <summary>How long one cell takes.</summary>
    public int DelayMs { get; init; }
}

/// <summary>What the misbehaving experiments share: a numbered grid, no figure.</summary>
public abstract class NumberedExperiment : Experiment<NumberedOptions, NumberedCell, NumberedRow>
{
    public override NumberedOptions For(Scale scale) => new();

    public override IEnumerable<NumberedCell> Plan(NumberedOptions options) =>
        Enumerable.Range(0, options.Cells).Select(i => new NumberedCell(i));

    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<NumberedCell, NumberedRow>> rows) => [];

    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<NumberedCell, NumberedRow>> rows) =>
        [
            Claim
                .Value("mean", "The mean value is that of the numbers")
                .StatedWithoutNumber("not stated")
                .Accept(0, 1000)
                .WithSeedsAtLeast(1)
                .Measured(
                    rows.Count == 0
                        ? null
                        : new Metrics.Estimate(
                            rows.Average(r => r.Row.Value),
                            rows.Average(r => r.Row.Value),
                            rows.Average(r => r.Row.Value),
                            0,
                            1,
                            Metrics.IntervalMethod.Deterministic
                        )
                ),
        ];
}
