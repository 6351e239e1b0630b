using System.Diagnostics;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;

namespace ResearchKit.SampleExperiments;

/// <summary>Its rows depend on the clock.</summary>
[Experiment("sample/non-deterministic", Paper = "arXiv:0000.00000", Shows = "Table 5: rows that differ each time")]
public sealed class NotDeterministic : NumberedExperiment
{
    public override async IAsyncEnumerable<NumberedRow> MeasureAsync(
        NumberedCell cell,
        CellContext<NumberedOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        yield return new NumberedRow(Stopwatch.GetTimestamp() % 1_000_000 / 1e6);
    }
}
