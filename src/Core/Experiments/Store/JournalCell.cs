namespace ResearchKit.Experiments;

/// <summary>A finished cell as it stands in a journal.</summary>
/// <param name="Key">The key.</param>
/// <param name="Journal">The file.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Lines">The lines of the rows, LF included.</param>
/// <param name="Hash">Their hash, by which two measurements are compared.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="EndedUtc">When it ended: its begin and its duration; the earliest time there is if the begin is not known.</param>
/// <param name="Artifacts">The files it kept.</param>
internal sealed record JournalCell(
    string Key,
    Journal Journal,
    int Rows,
    ReadOnlyMemory<byte> Lines,
    UInt128 Hash,
    double Milliseconds,
    DateTimeOffset EndedUtc,
    IReadOnlyList<Artifact> Artifacts
);

/// <summary>A failed attempt as it stands in a journal.</summary>
/// <param name="Key">The key.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Error">Type and message.</param>
internal sealed record JournalFailure(string Key, int Attempt, string Error);

/// <summary>A place in a journal that is not as it was written.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">The byte, from 0.</param>
/// <param name="Key">The key of the cell that is lost by it, if one is known.</param>
/// <param name="What">What is wrong.</param>
public sealed record JournalDamage(string File, long Offset, string? Key, string What);
