namespace ResearchKit.Cli;

/// <summary>The command line cannot be carried out as written: every problem at once, each with what is allowed. Exit code 2.</summary>
/// <param name="problems">The problems, one sentence each; at least one.</param>
public sealed class UsageException(params IReadOnlyList<string> problems) : ArgumentException(string.Join(Environment.NewLine, problems))
{
    /// <summary>The problems, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
