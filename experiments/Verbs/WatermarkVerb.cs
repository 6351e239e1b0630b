using System.CommandLine;
using ResearchKit.Cli;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>watermark</c>: mark a graph of one's own with FFG, and find the mark again.</summary>
public sealed class WatermarkVerb : IVerb
{
    /// <inheritdoc/>
    public Command Build(VerbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Command("watermark", "Mark a graph in the Fourier domain (FFG), and find the mark again")
        {
            KeygenCommand.Build(context),
            PlanCommand.Build(context),
            EmbedCommand.Build(context),
            DetectCommand.Build(context),
            FingerprintCommand.Build(context),
            IdentifyCommand.Build(context),
            AttackCommand.Build(context),
            RegisterCommand.Build(context),
            CompareCommand.Build(context),
        };
    }
}
