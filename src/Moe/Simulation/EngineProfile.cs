using ResearchKit.Simulation;

namespace ResearchKit.Moe;

/// <summary>
/// What a system's program costs on a machine, besides the network: the rest of the model, and the calls of experts. The presets were fitted to the authors' published throughputs with R3 loads: few
/// points, three parameters, a scale and no law. Their errors are stated and belong beside every number that stands on them.
/// </summary>
public sealed record EngineProfile
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Seconds of an iteration, whatever the batch.</summary>
    public double IterationSeconds { get; init; }

    /// <summary>Seconds of an iteration for each sequence of a rank.</summary>
    public double SequenceSeconds { get; init; }

    /// <summary>Seconds of an expert's call, before its tokens.</summary>
    public double CallSeconds { get; init; }

    /// <summary>Seconds of an expert for each token.</summary>
    public double TokenSeconds { get; init; }

    /// <summary>No call is shorter.</summary>
    public double LeastCallSeconds { get; init; }

    /// <summary>Bytes per second of a rank in an all-to-all; infinite where transfers are contained in <see cref="TokenSeconds"/>.</summary>
    public double ExchangeBytesPerSecond { get; init; } = double.PositiveInfinity;

    /// <summary>The largest relative error on the points it was fitted to; 0 if it was not fitted.</summary>
    public double InSampleError { get; init; }

    /// <summary>The largest relative error on a point left out of the fit; 0 if it was not fitted.</summary>
    public double LeaveOneOutError { get; init; }

    /// <summary>HarMoEny's program with Switch on 8 V100: 6 configurations.</summary>
    public static EngineProfile SwitchHarmoeny { get; } =
        new()
        {
            Name = "harmoeny, switch, 8 x V100",
            SequenceSeconds = 0.0318,
            CallSeconds = 0.116e-3,
            TokenSeconds = 0.735e-6,
            LeastCallSeconds = 0.2e-3,
            ExchangeBytesPerSecond = 18.9e9,
            InSampleError = 0.039,
            LeaveOneOutError = 0.172,
        };

    /// <summary>FastMoE's program with Switch on 8 V100: 3 points, 2 parameters; these leave no time for exchanges, so they take none.</summary>
    public static EngineProfile SwitchFastMoe { get; } =
        SwitchHarmoeny with
        {
            Name = "fastmoe, switch, 8 x V100",
            IterationSeconds = 0.129,
            SequenceSeconds = 0.0283,
            ExchangeBytesPerSecond = double.PositiveInfinity,
        };

    /// <summary>HarMoEny's program with Qwen on 6 V100; exchange and compute lumped.</summary>
    public static EngineProfile QwenHarmoeny { get; } =
        new()
        {
            Name = "harmoeny, qwen, 6 x V100",
            IterationSeconds = 0.308,
            SequenceSeconds = 0.1343,
            TokenSeconds = 1.885e-6,
            InSampleError = 0.054,
            LeaveOneOutError = 0.077,
        };

    /// <summary>FastMoE's program with Qwen on 6 V100; exchange and compute lumped.</summary>
    public static EngineProfile QwenFastMoe { get; } =
        QwenHarmoeny with
        {
            Name = "fastmoe, qwen, 6 x V100",
            IterationSeconds = 0,
            SequenceSeconds = 0.0834,
            TokenSeconds = 1.864e-6,
        };

    /// <summary>How long an expert computes its tokens.</summary>
    /// <param name="tokens">The tokens; 0 is no call.</param>
    /// <param name="share">The share of the expert's hidden width, for slices. Default 1.</param>
    public VirtualTime ExpertTime(long tokens, double share = 1) =>
        tokens == 0 ? VirtualTime.Zero : VirtualTime.FromSeconds(Math.Max(LeastCallSeconds, CallSeconds + (TokenSeconds * tokens * share)));
}
