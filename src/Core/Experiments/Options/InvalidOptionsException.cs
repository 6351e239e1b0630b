namespace ResearchKit.Experiments;

/// <summary>Options are wrong; every problem is named at once, with its value and what is allowed.</summary>
/// <param name="problems">One sentence a problem.</param>
public sealed class InvalidOptionsException(IReadOnlyList<string> problems) : ArgumentException(string.Join('\n', problems))
{
    /// <summary>One sentence a problem.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
