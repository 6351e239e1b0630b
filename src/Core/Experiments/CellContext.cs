using Microsoft.Extensions.Logging;
using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Experiments;

/// <summary>All that a cell may draw on: nothing else decides its rows.</summary>
/// <typeparam name="TOptions">The options of the experiment.</typeparam>
public sealed class CellContext<TOptions>
    where TOptions : ExperimentOptions
{
    private readonly CellScope scope;

    internal CellContext(CellScope scope, TOptions options) => (this.scope, Options) = (scope, options);

    /// <summary>The validated options.</summary>
    public TOptions Options { get; }

    /// <summary>The log of this run's writer.</summary>
    public ILogger Log => scope.Log;

    /// <summary>Progress of the cell, 0 to 1.</summary>
    public IProgress<double> Progress => scope.Progress;

    /// <summary>The data sets; a cell that asks for one says so by <see cref="NeedsAttribute"/> or <see cref="ICellNeeds"/>.</summary>
    public DatasetCatalog Data => scope.Data;

    /// <summary>Files that this cell keeps beside its rows.</summary>
    public ArtifactFolder Artifacts => scope.Artifacts;

    /// <summary>The clock; results may depend on it only in a cell marked <see cref="TimingAttribute"/>.</summary>
    public TimeProvider Clock => scope.Clock;

    /// <summary>The threads the cell may use; torch's intra-op threads are set to it.</summary>
    public int Threads => scope.Threads;

    /// <summary>Where tensors live: <c>cpu</c> or <c>cuda:N</c>, as <see cref="Torch.Device"/> takes it; part of the manifest.</summary>
    public string Device => scope.Device;

    /// <summary>Set when the cell should stop at its next safe point (a cluster takes the machine back).</summary>
    public CancellationToken Preempted => scope.Preempted;

    /// <summary>
    /// The stream (experiment, seed, purpose). Cells that differ only in the system draw the same workload; what has to differ goes into the purpose.
    /// </summary>
    /// <param name="purpose">What the numbers are for, for example <c>"init", system</c>; no part empty.</param>
    public RandomStream Random(params ReadOnlySpan<string> purpose) => RandomStream.Named([scope.ExperimentId, scope.Seed, .. purpose]);

    /// <summary>The stream (experiment, "-", purpose): splits and models that stay while seeds vary.</summary>
    /// <param name="purpose">What the numbers are for; no part empty.</param>
    public RandomStream Fixed(params ReadOnlySpan<string> purpose) => RandomStream.Named([scope.ExperimentId, "-", .. purpose]);
}
