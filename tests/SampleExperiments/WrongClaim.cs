using System.Runtime.CompilerServices;
using ResearchKit.Experiments;

namespace ResearchKit.SampleExperiments;

/// <summary>Its claim is false.</summary>
[Experiment("sample/wrong-claim", Paper = "arXiv:0000.00000", Shows = "Table 2: a number nobody measures")]
public sealed class WrongClaim : NumberedExperiment
{
    public override async IAsyncEnumerable<NumberedRow> MeasureAsync(
        NumberedCell cell,
        CellContext<NumberedOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        yield return new NumberedRow(-1);
    }
}
