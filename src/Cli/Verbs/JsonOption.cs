using System.CommandLine;

namespace ResearchKit.Cli;

/// <summary>The option of verbs that can answer with one JSON document.</summary>
internal static class JsonOption
{
    internal static Option<bool> Create() => new("--json") { Description = "Answer with one JSON document" };
}
