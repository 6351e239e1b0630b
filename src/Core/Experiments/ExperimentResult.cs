using System.Text.Json.Nodes;

namespace ResearchKit.Experiments;

/// <summary>All that a run gave: what the report shows.</summary>
public sealed record ExperimentResult
{
    /// <summary>The experiment.</summary>
    public required ExperimentInfo Experiment { get; init; }

    /// <summary>The scale it was run at.</summary>
    public required Scale Scale { get; init; }

    /// <summary>The id of the run.</summary>
    public required string RunId { get; init; }

    /// <summary>The folder of the run, or null if it was kept in memory.</summary>
    public string? Folder { get; init; }

    /// <summary>The command that runs exactly this again.</summary>
    public required string Rerun { get; init; }

    /// <summary>The manifest as JSON (schema 1): provenance.</summary>
    public required JsonObject Manifest { get; init; }

    /// <summary>Every cell of the plan, in order.</summary>
    public required IReadOnlyList<CellResult> Cells { get; init; }

    /// <summary>All committed rows.</summary>
    public required RowTable Rows { get; init; }

    /// <summary>The figures.</summary>
    public required IReadOnlyList<Figure> Figures { get; init; }

    /// <summary>The claims with their verdicts.</summary>
    public required IReadOnlyList<JudgedClaim> Claims { get; init; }

    /// <summary>How the run stands.</summary>
    public RunOutcome State { get; init; } = RunOutcome.Complete;

    /// <summary>What the verdicts rest on beside the rows: claims of several results are judged together under all of theirs.</summary>
    public JudgeContext? Context { get; init; }

    /// <summary>Cells that were measured again, beside their stored rows.</summary>
    public IReadOnlyList<CellComparison> Verified { get; init; } = [];

    /// <summary>Places in journals that are not as they were written.</summary>
    public IReadOnlyList<JournalDamage> Damages { get; init; } = [];

    /// <summary>What went wrong in drawing and judging; the rows are kept all the same.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
