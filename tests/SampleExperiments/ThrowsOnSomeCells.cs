using System.Runtime.CompilerServices;
using ResearchKit.Experiments;

namespace ResearchKit.SampleExperiments;

/// <summary>Every second cell throws.</summary>
[Experiment("sample/throws", Paper = "arXiv:0000.00000", Shows = "Table 3: cells that fail")]
public sealed class ThrowsOnSomeCells : NumberedExperiment
{
    public override async IAsyncEnumerable<NumberedRow> MeasureAsync(
        NumberedCell cell,
        CellContext<NumberedOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        yield return new NumberedRow(cell.Number);
        if (cell.Number % 2 == 1)
        {
            throw new InvalidOperationException($"cell {cell.Number} is odd [sic]");
        }
    }
}
