namespace ResearchKit.Watermark;

/// <summary>What speaks against one user.</summary>
/// <param name="User">The user.</param>
/// <param name="Score">In standard deviations of an innocent user's score.</param>
/// <param name="PValue">The probability that an innocent user scores as much or more.</param>
/// <param name="Accused">Whether the p-value is below the false-accusation probability.</param>
public sealed record UserScore(string User, double Score, double PValue, bool Accused);
