using System.Text;
using ResearchKit.Cli;

namespace ResearchKit.Experiments.Tests.Verbs;

/// <summary>What a verb wrote, and its exit code.</summary>
internal sealed record VerbResult(int Code, string Out, string Error);

/// <summary>Runs a verb within this process, as in a pipe.</summary>
internal static class VerbRun
{
    /// <param name="verb">The verb; the only one of the application besides its own.</param>
    /// <param name="arguments">The command line, the verb's name included.</param>
    /// <param name="standardInput">What the verb reads for <c>-</c>.</param>
    internal static async Task<VerbResult> OfAsync(IVerb verb, IReadOnlyList<string> arguments, byte[]? standardInput = null)
    {
        Pipes pipes = new(standardInput ?? []);
        int code = await ResearchKitApp.CreateBuilder([.. arguments]).UseTerminal(pipes).LeaveSignals().AddVerb(verb).Build().RunAsync();
        return new VerbResult(code, pipes.Out.ToString()!, pipes.Error.ToString()!);
    }

    private sealed class Pipes(byte[] input) : ITerminal
    {
        public TextWriter Out { get; } = new StringWriter(new StringBuilder());

        public TextWriter Error { get; } = new StringWriter(new StringBuilder());

        public bool OutIsTerminal => false;

        public bool ErrorIsTerminal => false;

        public int? Width => null;

        public Stream OpenInput() => new MemoryStream(input);
    }
}
