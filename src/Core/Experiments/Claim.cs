namespace ResearchKit.Experiments;

/// <summary>
/// A statement of a paper as an object that can fail: the paper's number and where it stands, the band accepted here and why, what was measured.
/// Made by one of the factory methods, then completed: <c>Claim.Ratio(id, text).Published(1.37, 1.70, "abstract").Accept(atLeast: 1.3).Because("...").Measured(estimate)</c>.
/// </summary>
public sealed record Claim
{
    private Claim(ClaimKind kind, string id, string text) => (Kind, Id, Text) = (kind, id, text);

    /// <summary>What kind of statement it is.</summary>
    public ClaimKind Kind { get; }

    /// <summary>The stable id, unique within the experiment.</summary>
    public string Id { get; }

    /// <summary>The statement, in one sentence. Where data or scale differ from the paper's, it says so.</summary>
    public string Text { get; }

    /// <summary>The paper's number and its place; null with <see cref="PaperPlace"/> set where the paper states none.</summary>
    public PublishedValue? PaperValue { get; init; }

    /// <summary>Where the statement stands in the paper, for example <c>abstract</c>.</summary>
    public string PaperPlace { get; init; } = "";

    /// <summary>The unit of the number, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>What is accepted.</summary>
    public Band Band { get; init; } = new(null, null);

    /// <summary>Why the band is what it is, and why the number may differ from the paper's.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What the measurement stands on.</summary>
    public Provenance Provenance { get; init; } = new();

    /// <summary>The smallest scale at which the claim is judged. Default Quick.</summary>
    public Scale FromScale { get; init; } = Scale.Quick;

    /// <summary>What the claim's cells need, written as in <see cref="NeedsAttribute"/>; absent here, the claim is skipped.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Whether the estimate is made of wall-clock times of this machine: not judged when the machine was busy.</summary>
    public bool RestsOnTiming { get; init; }

    /// <summary>Fewer seeds than this are not judged. Default 3; 1 for a claim that takes no seed.</summary>
    public int MinimumSeeds { get; init; } = 3;

    /// <summary>What was measured, or null if the rows are missing.</summary>
    public Metrics.Estimate? Estimate { get; init; }

    /// <summary>The one-sided p-value of "not better than the band's edge", or null to take it from the estimate's interval.</summary>
    public double? P { get; init; }

    /// <summary>Why there is no estimate, if there is none and the reason is known.</summary>
    public string? NotMeasuredBecause { get; init; }

    /// <summary>The parts of an <see cref="ClaimKind.AllOf"/>.</summary>
    public IReadOnlyList<Claim> Parts { get; init; } = [];

    /// <summary>A number in a band.</summary>
    /// <param name="id">The stable id.</param>
    /// <param name="text">The statement.</param>
    public static Claim Value(string id, string text) => new(ClaimKind.Value, id, text);

    /// <summary>A ratio in a band (intervals on the log scale).</summary>
    /// <param name="id">The stable id.</param>
    /// <param name="text">The statement.</param>
    public static Claim Ratio(string id, string text) => new(ClaimKind.Ratio, id, text);

    /// <summary>A difference in a band.</summary>
    /// <param name="id">The stable id.</param>
    /// <param name="text">The statement.</param>
    public static Claim Difference(string id, string text) => new(ClaimKind.Difference, id, text);

    /// <summary>A &gt; B &gt; C at one point: the estimate is the smallest margin between neighbours.</summary>
    /// <param name="id">The stable id.</param>
    /// <param name="text">The statement.</param>
    public static Claim Order(string id, string text) => new(ClaimKind.Order, id, text);

    /// <summary>A trend along x: the estimate is the number of violations.</summary>
    /// <param name="id">The stable id.</param>
    /// <param name="text">The statement.</param>
    public static Claim Monotone(string id, string text) => new(ClaimKind.Monotone, id, text);

    /// <summary>The x at which two curves meet, in a band.</summary>
    /// <param name="id">The stable id.</param>
    /// <param name="text">The statement.</param>
    public static Claim Crossover(string id, string text) => new(ClaimKind.Crossover, id, text);

    /// <summary>Equality of counts or bits: the estimate is the number of differences, the band is exactly zero.</summary>
    /// <param name="id">The stable id.</param>
    /// <param name="text">The statement.</param>
    public static Claim Exact(string id, string text) => new(ClaimKind.Exact, id, text) { Band = new(0, 0), MinimumSeeds = 1 };

    /// <summary>All parts hold; the verdict is the worst of theirs.</summary>
    /// <param name="id">The stable id.</param>
    /// <param name="text">The statement.</param>
    /// <param name="parts">The parts, each with its own estimate and band.</param>
    public static Claim AllOf(string id, string text, params IReadOnlyList<Claim> parts) =>
        new(ClaimKind.AllOf, id, text) { Parts = parts };

    /// <summary>The paper's number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="where">Its place, for example <c>Table 2</c>.</param>
    public Claim Published(double value, string where) => Published(value, value, where);

    /// <summary>The paper's numbers, as a range.</summary>
    /// <param name="low">The smallest.</param>
    /// <param name="high">The largest.</param>
    /// <param name="where">Their place.</param>
    public Claim Published(double low, double high, string where) => this with { PaperValue = new(low, high), PaperPlace = where };

    /// <summary>The paper states this without a number, or its number could not be established.</summary>
    /// <param name="where">The place, and what is stated.</param>
    public Claim StatedWithoutNumber(string where) => this with { PaperPlace = where };

    /// <summary>The band that is accepted; at least one edge.</summary>
    /// <param name="atLeast">The lower edge, or null.</param>
    /// <param name="atMost">The upper edge, or null.</param>
    public Claim Accept(double? atLeast = null, double? atMost = null) => this with { Band = new(atLeast, atMost) };

    /// <summary>Why the band is what it is.</summary>
    /// <param name="reason">The reason.</param>
    public Claim Because(string reason) => this with { Reason = reason };

    /// <summary>The unit of the number.</summary>
    /// <param name="unit">The unit.</param>
    public Claim In(string unit) => this with { Unit = unit };

    /// <summary>What the measurement stands on.</summary>
    /// <param name="data">Real or generated data.</param>
    /// <param name="hardware">Real or simulated hardware.</param>
    public Claim On(DataOrigin data, HardwareOrigin hardware = HardwareOrigin.Real) => this with { Provenance = new(data, hardware) };

    /// <summary>Judged from this scale on; skipped below it.</summary>
    /// <param name="scale">The smallest scale.</param>
    public Claim From(Scale scale) => this with { FromScale = scale };

    /// <summary>What the claim's cells need.</summary>
    /// <param name="needs">Written as in <see cref="NeedsAttribute"/>.</param>
    public Claim Requires(params IReadOnlyList<string> needs) => this with { Needs = needs };

    /// <summary>The estimate is made of wall-clock times of this machine: not judged when the machine was busy.</summary>
    public Claim OnTiming() => this with { RestsOnTiming = true };

    /// <summary>Fewer seeds than this are not judged.</summary>
    /// <param name="seeds">At least 1.</param>
    public Claim WithSeedsAtLeast(int seeds) => this with { MinimumSeeds = seeds };

    /// <summary>What was measured, or null if rows are missing.</summary>
    /// <param name="estimate">The estimate.</param>
    /// <param name="p">The one-sided p-value of "not better than the band's edge", if a better one than the interval's is at hand.</param>
    public Claim Measured(Metrics.Estimate? estimate, double? p = null) => this with { Estimate = estimate, P = p };
}
