namespace ResearchKit.Experiments;

/// <summary>What decides, beside the rows, whether a claim can be judged.</summary>
/// <param name="Scale">The scale the rows were measured at.</param>
/// <param name="UnmetNeeds">What is not here, written as in <see cref="NeedsAttribute"/>; claims that need it are skipped.</param>
/// <param name="MachineBusy">True if other work ran on the machine while cells were timed; claims on wall-clock time are then not judged.</param>
public sealed record JudgeContext(Scale Scale, IReadOnlySet<string> UnmetNeeds, bool MachineBusy);
