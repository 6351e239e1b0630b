namespace ResearchKit.Watermark;

/// <summary>Whose copy, or whose copies, a suspect graph was made of.</summary>
/// <param name="Users">Every user asked for, highest score first; equal scores by name.</param>
/// <param name="Threshold">The score above which a user is accused.</param>
/// <param name="Positions">How many positions could be read.</param>
/// <param name="Flipped">At how many of them suspect and original differ.</param>
/// <param name="Ids">How nodes were aligned.</param>
public sealed record FingerprintIdentification(IReadOnlyList<UserScore> Users, double Threshold, int Positions, int Flipped, IdReport Ids)
{
    /// <summary>The users accused, highest score first.</summary>
    public IEnumerable<UserScore> Accused => Users.Where(u => u.Accused);

    /// <summary>How the nodes were registered, if ids were not used.</summary>
    public NodeMatching? Registration { get; init; }
}
