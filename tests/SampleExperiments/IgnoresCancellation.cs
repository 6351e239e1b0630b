using System.Runtime.CompilerServices;
using ResearchKit.Experiments;

namespace ResearchKit.SampleExperiments;

/// <summary>Its second cell never ends and does not listen.</summary>
[Experiment("sample/hangs", Paper = "arXiv:0000.00000", Shows = "Table 4: a cell that does not stop")]
public sealed class IgnoresCancellation : NumberedExperiment
{
    public override async IAsyncEnumerable<NumberedRow> MeasureAsync(
        NumberedCell cell,
        CellContext<NumberedOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        yield return new NumberedRow(cell.Number);
        if (cell.Number == 1)
        {
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
