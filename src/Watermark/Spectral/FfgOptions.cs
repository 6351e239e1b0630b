using System.Globalization;
using System.Text.Json.Serialization;
using ResearchKit.Storage;

namespace ResearchKit.Watermark;

/// <summary>
/// The choices of the FFG scheme. Those of the scheme itself are stored in the key; <see cref="Threshold"/>, <see cref="Protected"/>,
/// <see cref="MaxDistortion"/> and <see cref="MemoryLimit"/> belong to whoever uses the key.
/// </summary>
public sealed record FfgOptions
{
    /// <summary>The scheme: <see cref="FfgMode.Keyed"/> (default) or the paper's.</summary>
    public FfgMode Mode { get; init; }

    /// <summary>m, the number of carriers. Default 512; at most the number of orbits, about N^2/4.</summary>
    public int Length
    {
        get;
        init => field = value >= 1 ? value : throw OutOfRange(nameof(Length), value, "at least 1");
    } = 512;

    /// <summary>The strength as the standard deviation of the key in Fourier units; for every binarisation but <see cref="Binarisation.Budget"/>.</summary>
    public double? Sigma
    {
        get;
        init =>
            field = value is null or (> 0 and < double.PositiveInfinity)
                ? value
                : throw OutOfRange(nameof(Sigma), value, "a positive number");
    }

    /// <summary>The strength as the expected share of flipped pairs.</summary>
    public double? FlipRate
    {
        get;
        init => field = value is null or (> 0 and < 0.5) ? value : throw OutOfRange(nameof(FlipRate), value, "above 0 and below 0.5");
    }

    /// <summary>
    /// The strength as the number of flips: exactly so many with <see cref="Binarisation.Budget"/>, expected so many otherwise.
    /// Default, if no strength is given: 1 % of the edges, rounded down, at least 1.
    /// </summary>
    public int? Budget
    {
        get;
        init => field = value is null or >= 0 ? value : throw OutOfRange(nameof(Budget), value, "at least 0");
    }

    /// <summary>Which coefficients carry the mark. Default random for <see cref="FfgMode.Keyed"/>, the largest for <see cref="FfgMode.PaperThreshold"/>.</summary>
    public CarrierRule? Carriers { get; init; }

    /// <summary>Whether each carrier has a secret phase. Default true for <see cref="FfgMode.Keyed"/>. Without phases every flip (x, y) brings its mirror (N-x, N-y), which anybody can see.</summary>
    public bool? Phases { get; init; }

    /// <summary>How the field becomes a graph. Default a budget for <see cref="FfgMode.Keyed"/>, the threshold for <see cref="FfgMode.PaperThreshold"/>.</summary>
    public Binarisation? Binarisation { get; init; }

    /// <summary>How key values change coefficients. Default additive, the paper's rule.</summary>
    public Insertion Insertion { get; init; }

    /// <summary>alpha of the multiplicative and exponential rules. Default 0.1 (Cox et al. 1997).</summary>
    public double Alpha
    {
        get;
        init => field = value is > 0 and <= 10 ? value : throw OutOfRange(nameof(Alpha), value, "above 0 and at most 10");
    } = 0.1;

    /// <summary>Which pairs may be flipped. Default sampled for a budget, dense otherwise.</summary>
    public CandidateRule? Candidates { get; init; }

    /// <summary>C, the number of random non-edges among sampled candidates; all non-edges if there are no more. Default 20 E, at least 200,000.</summary>
    public int? SampledNonEdges
    {
        get;
        init => field = value is null or >= 1 ? value : throw OutOfRange(nameof(SampledNonEdges), value, "at least 1");
    }

    /// <summary>Which kinds of flips a budget is spent on. Default free.</summary>
    public FlipSelection Selection { get; init; }

    /// <summary>What the flips must leave as it is. Default nothing.</summary>
    public Preserve Preserve { get; init; }

    /// <summary>
    /// c, for fingerprints (<see cref="GraphFingerprint"/>): how many users may collude. The budget is then the number of positions; default, if no strength is given,
    /// as many as name a colluder with a false-accusation probability of 1e-6.
    /// </summary>
    public int? Colluders
    {
        get;
        init => field = value is null or (>= 1 and <= 1000) ? value : throw OutOfRange(nameof(Colluders), value, "1 to 1000");
    }

    /// <summary>
    /// M, the size of the transform. Default N. A larger, faster size changes the frequencies and so the scheme: it is stored in the key.
    /// </summary>
    public int? TransformSize
    {
        get;
        init => field = value is null or >= 3 ? value : throw OutOfRange(nameof(TransformSize), value, "at least 3 and at least N");
    }

    /// <summary>T: the mark is present iff the similarity exceeds it. Default 6, a false-positive probability of 1e-9 a key.</summary>
    [JsonIgnore]
    public double Threshold
    {
        get;
        init => field = value is >= 0 and <= 38 ? value : throw OutOfRange(nameof(Threshold), value, "0 to 38");
    } = 6.0;

    /// <summary>Pairs (u &lt; v, node numbers) that must stay as they are; called from several threads.</summary>
    [JsonIgnore]
    public Func<int, int, bool>? Protected { get; init; }

    /// <summary>The most flips allowed, as a share of the edges. Default: only the general limit of half of all pairs.</summary>
    [JsonIgnore]
    public double? MaxDistortion
    {
        get;
        init =>
            field = value is null or (>= 0 and < double.PositiveInfinity)
                ? value
                : throw OutOfRange(nameof(MaxDistortion), value, "at least 0");
    }

    /// <summary>The most memory a dense transform may take, counted as 16 M^2 bytes. Default 16 GiB.</summary>
    [JsonIgnore]
    public ByteSize MemoryLimit { get; init; } = new(16L << 30);

    /// <summary>The options with every default of the mode written out; and checked against one another.</summary>
    /// <exception cref="ArgumentException">Two options do not fit together; the message names both.</exception>
    internal FfgOptions Resolve()
    {
        bool keyed = Mode == FfgMode.Keyed;
        Binarisation binarisation = Binarisation ?? (keyed ? Watermark.Binarisation.Budget : Watermark.Binarisation.Threshold);
        bool budget = binarisation == Watermark.Binarisation.Budget;
        FfgOptions resolved = this with
        {
            Carriers = Carriers ?? (keyed ? CarrierRule.Random : CarrierRule.Largest),
            Phases = Phases ?? keyed,
            Binarisation = binarisation,
            Candidates = Candidates ?? (budget ? CandidateRule.Sampled : CandidateRule.Dense),
        };
        resolved.CheckCombination();
        return resolved;
    }

    private void CheckCombination()
    {
        bool budget = Binarisation == Watermark.Binarisation.Budget;
        bool additive = Insertion == Insertion.Additive;
        int strengths = (Sigma is null ? 0 : 1) + (FlipRate is null ? 0 : 1) + (Budget is null ? 0 : 1);
        Require(strengths <= 1, "Sigma, FlipRate and Budget all set the strength: give one of them.");
        Require(!budget || Sigma is null, "Binarisation Budget takes its strength from Budget or FlipRate, not from Sigma.");
        Require(budget || Candidates == CandidateRule.Dense, $"Binarisation {Binarisation} decides every pair: it needs Candidates Dense.");
        Require(budget || Selection == FlipSelection.Free, $"Selection {Selection} needs Binarisation Budget.");
        Require(budget || Preserve == Preserve.Nothing, $"Preserve {Preserve} needs Binarisation Budget.");
        Require(
            Preserve != Preserve.Degrees || Selection == FlipSelection.Free,
            $"Preserve Degrees removes as many edges as it adds: it needs Selection Free, not {Selection}."
        );
        Require(
            Preserve != Preserve.Degrees || Budget is null || Budget % 4 == 0,
            $"Preserve Degrees flips four pairs at a time: Budget is {Budget}, not a multiple of 4."
        );
        Require(Colluders is null || budget, "Colluders is for fingerprints, which need Binarisation Budget.");
        Require(
            SampledNonEdges is null || Candidates == CandidateRule.Sampled,
            "SampledNonEdges is the number of candidates of Candidates Sampled; with Dense every pair is one."
        );
        Require(
            additive || Carriers == CarrierRule.Largest,
            $"Insertion {Insertion} divides by the coefficients: it needs Carriers Largest."
        );
        Require(additive || Phases == false, $"Insertion {Insertion} takes the phase of the coefficient: it needs Phases false.");
        Require(
            additive || budget || strengths == 0,
            $"Insertion {Insertion} sets the strength by Alpha: give none of Sigma, FlipRate and Budget, or use Binarisation Budget."
        );
        Require(
            Protected is null || Binarisation != Watermark.Binarisation.TopE,
            "Protected cannot be kept by Binarisation TopE, which decides all pairs together; use Threshold or Budget."
        );
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new ArgumentException(otherwise);
        }
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, object? value, string allowed) =>
        new(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {allowed}."));
}
