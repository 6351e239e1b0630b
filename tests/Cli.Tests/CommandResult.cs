namespace ResearchKit.Cli.Tests;

/// <summary>What a command said.</summary>
internal sealed record CommandResult(int ExitCode, string Out, string Error);
