using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ResearchKit.Experiments;

namespace ResearchKit.Papers.Plexus;

/// <summary>The options of experiments on the protocol itself.</summary>
public sealed record ProtocolOptions : ExperimentOptions
{
    /// <summary>Nodes.</summary>
    [Range(10, 100_000)]
    [Description("nodes")]
    public int Nodes { get; init; } = 100;

    /// <summary>Virtual seconds.</summary>
    [Range(10, 10_000_000)]
    [Description("virtual seconds of a run")]
    public double DurationS { get; init; } = 300;

    /// <summary>The accuracy that rounds are counted to.</summary>
    [Range(0.1, 1)]
    [Description("accuracy that rounds are counted to")]
    public double TargetAccuracy { get; init; } = 0.7;

    internal static ProtocolOptions Of(Scale scale) =>
        scale switch
        {
            Scale.Quick => new() { Seeds = [42, 90, 4] },
            Scale.Full => new()
            {
                Nodes = 1000,
                DurationS = 3600,
                Seeds = [42, 90, 4, 5, 6],
            },
            _ => new()
            {
                Nodes = 1000,
                DurationS = 180_000,
                Seeds = [42, 90, 4, 5, 6],
            },
        };
}
