namespace ResearchKit.Experiments;

/// <summary>What one writer wrote, as far as it is whole.</summary>
internal sealed class Journal
{
    internal required string Writer { get; init; }

    internal required string Path { get; init; }

    /// <summary>The columns of its rows, by name.</summary>
    internal IReadOnlyList<string> Columns { get; set; } = [];

    internal List<JournalCell> Cells { get; } = [];

    internal List<JournalFailure> Failures { get; } = [];

    internal List<JournalDamage> Damages { get; } = [];

    /// <summary>Cells that were begun and neither ended nor failed.</summary>
    internal List<string> Unfinished { get; } = [];

    /// <summary>When it was last written, where that is known.</summary>
    internal DateTimeOffset? LastWriteUtc { get; init; }
}
