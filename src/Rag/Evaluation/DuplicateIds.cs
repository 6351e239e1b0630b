namespace ResearchKit.Rag;

/// <summary>What a loader does with an id that occurs twice.</summary>
public enum DuplicateIds
{
    /// <summary>Refuse the file, with the line.</summary>
    Error,

    /// <summary>Take the last.</summary>
    LastWins,
}
