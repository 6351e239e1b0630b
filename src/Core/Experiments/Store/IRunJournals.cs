namespace ResearchKit.Experiments;

/// <summary>Where the journals of a run are: in its folder, or in memory.</summary>
internal interface IRunJournals
{
    /// <summary>Opens a journal of its own for this process.</summary>
    /// <param name="durability">What a finished cell survives.</param>
    /// <param name="remedy">What to do when a write fails.</param>
    JournalWriter OpenWriter(Durability durability, string remedy);

    /// <summary>The folder in which a cell's files are kept, by key.</summary>
    string Artifacts { get; }

    /// <summary>The log beside a journal; null for none.</summary>
    /// <param name="writer">The id of the writer.</param>
    string? LogOf(string writer);

    /// <summary>Reads all journals.</summary>
    /// <param name="prefer">The writer whose rows count where two disagree.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<RunState> ReadAsync(string? prefer, CancellationToken cancellationToken);
}
