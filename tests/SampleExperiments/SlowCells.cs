using System.Runtime.CompilerServices;
using ResearchKit.Experiments;

namespace ResearchKit.SampleExperiments;

/// <summary>Cells that take a while and listen: for killing, interrupting, resuming.</summary>
[Experiment("sample/slow", Paper = "arXiv:0000.00000", Shows = "Table 6: cells that take a while")]
public sealed class SlowCells : NumberedExperiment
{
    public override NumberedOptions For(Scale scale) => new() { Cells = 12, DelayMs = 150 };

    public override async IAsyncEnumerable<NumberedRow> MeasureAsync(
        NumberedCell cell,
        CellContext<NumberedOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return new NumberedRow(cell.Number);
        await Task.Delay(context.Options.DelayMs, cancellationToken);
        yield return new NumberedRow(cell.Number + context.Random("value", $"{cell.Number}").NextDouble());
    }
}
