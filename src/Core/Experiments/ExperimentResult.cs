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

    /// <summary>What went wrong in drawing and judging; the rows are kept all the same.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
