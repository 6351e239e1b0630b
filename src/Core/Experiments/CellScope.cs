using Microsoft.Extensions.Logging;
using ResearchKit.Data;

namespace ResearchKit.Experiments;

/// <summary>What a runner gives to one cell, before the options are known by type.</summary>
/// <param name="ExperimentId">The experiment, first part of the names of its streams.</param>
/// <param name="Seed">The cell's <c>Seed</c> as invariant text, or <c>-</c>.</param>
/// <param name="Log">The log of the writer.</param>
/// <param name="Progress">Progress of the cell, 0 to 1.</param>
/// <param name="Data">The data sets.</param>
/// <param name="Artifacts">Files that the cell keeps.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Threads">The threads the cell may use; torch's intra-op threads are set to it.</param>
/// <param name="Device">Where tensors live: <c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="Preempted">Set when the cell should stop at its next safe point.</param>
internal sealed record CellScope(
    string ExperimentId,
    string Seed,
    ILogger Log,
    IProgress<double> Progress,
    DatasetCatalog Data,
    ArtifactFolder Artifacts,
    TimeProvider Clock,
    int Threads,
    string Device,
    CancellationToken Preempted
);
