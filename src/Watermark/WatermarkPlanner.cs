using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>
/// What an FFG mark will be worth, before embedding it: the closed forms, for a graph of N nodes and E edges
/// and m carriers with phases. Every form was checked against measurement; all give the expected similarity sqrt(m S/(S + m)) and differ in S.
/// </summary>
public sealed class WatermarkPlanner
{
    private readonly double pairs;

    /// <summary>Plans for graphs of a size.</summary>
    /// <param name="nodes">N, at least 3.</param>
    /// <param name="edges">E, from 0 to N(N-1)/2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public WatermarkPlanner(int nodes, long edges)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 3);
        pairs = (double)nodes * (nodes - 1) / 2;
        if (edges < 0 || edges > pairs)
        {
            throw new ArgumentOutOfRangeException(nameof(edges), edges, $"A graph of {nodes} nodes has 0 to {pairs:0} edges.");
        }
        Nodes = nodes;
        Edges = edges;
    }

    /// <summary>N.</summary>
    public int Nodes { get; }

    /// <summary>E.</summary>
    public long Edges { get; }

    /// <summary>m, the number of carriers. Default 512.</summary>
    public int Length
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Length), value, "The length is at least 1.");
    } = 512;

    /// <summary>The number of pairs that may be flipped; all pairs if null. For sampled candidates E + C.</summary>
    public long? Candidates
    {
        get;
        init =>
            field = value is null or >= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Candidates), value, "There is at least one candidate.");
    }

    /// <summary>Whether the carriers have phases. Without them flips come in mirrored twins, and half of them carry no information: S is halved.</summary>
    public bool Phases { get; init; } = true;

    /// <summary>T, the similarity above which the mark counts as present. Default 6.</summary>
    public double Threshold
    {
        get;
        init =>
            field = value is >= 0 and <= 38
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Threshold), value, "The threshold is 0 to 38.");
    } = 6;

    /// <summary>An untouched copy: S = B h^2.</summary>
    /// <param name="budget">B, the flips of the mark; 0 to the number of candidates.</param>
    public WatermarkPlan NoAttack(double budget) => Plan(budget, h => budget * h * h);

    /// <summary>
    /// After R random pair flips, a share p of all pairs: S = ((1-2p) B h)^2 / (B + R - 2 p B). For p near 0 this is (B h)^2 / (B + R); in a small dense graph the attack
    /// also undoes a share p of the mark, and the other pairs it flips lean against the key by as much.
    /// </summary>
    /// <param name="budget">B, the flips of the mark.</param>
    /// <param name="flips">R, 0 to the number of pairs.</param>
    public WatermarkPlan RandomFlips(double budget, double flips)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(flips);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(flips, pairs);
        double share = flips / pairs;
        double differing = budget + flips - (2 * share * budget);
        return Plan(
            budget,
            h =>
            {
                double shift = (1 - (2 * share)) * budget * h;
                return shift <= 0 ? 0 : shift * shift / differing;
            }
        );
    }

    /// <summary>After a share of the edges is deleted: S = ((1-f) B h)^2 / ((1-f) B + f E).</summary>
    /// <param name="budget">B, the flips of the mark.</param>
    /// <param name="share">f, 0 to 1.</param>
    public WatermarkPlan EdgeDeletion(double budget, double share)
    {
        double kept = 1 - Share(share);
        return Plan(budget, h => budget == 0 ? 0 : kept * budget * h * kept * budget * h / ((kept * budget) + (share * Edges)));
    }

    /// <summary>After a share of the nodes is deleted, with the ids of the others known: S = (1-f)^2 B h^2.</summary>
    /// <param name="budget">B, the flips of the mark.</param>
    /// <param name="share">f, 0 to 1.</param>
    public WatermarkPlan NodeDeletion(double budget, double share)
    {
        double kept = 1 - Share(share);
        return Plan(budget, h => kept * kept * budget * h * h);
    }

    /// <summary>For a copy mixed by several owners of marked copies, each position taken from one of them at random: S = (B h/c)^2 / B.</summary>
    /// <param name="budget">B, the flips of each mark.</param>
    /// <param name="colluders">c, at least 1.</param>
    public WatermarkPlan Collusion(double budget, int colluders)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(colluders, 1);
        return Plan(budget, h => budget * h * h / ((double)colluders * colluders));
    }

    /// <summary>A mark made by stochastic rounding: the mean field at a flip is sqrt(pi/2), so it needs about eleven times the flips of a budget.</summary>
    /// <param name="flips">The expected number of flips.</param>
    public WatermarkPlan Stochastic(double flips)
    {
        CheckBudget(flips, nameof(flips));
        double hazard = Math.Sqrt(Math.PI / 2);
        // Half the pairs have a field of the right sign, of mean |f| sqrt(2/pi) deviations: flips = pairs s/sqrt(2 pi), tau = 1/(2 s).
        double tau = flips == 0 ? double.PositiveInfinity : pairs / (2 * Math.Sqrt(2 * Math.PI) * flips);
        return Result(flips, tau, hazard, flips * hazard * hazard);
    }

    /// <summary>The expected z of blind detection: B h / sqrt(E).</summary>
    /// <param name="budget">B, the flips of the mark.</param>
    /// <returns>z; 0 for a graph without edges.</returns>
    public double BlindScore(double budget)
    {
        CheckBudget(budget, nameof(budget));
        return Edges == 0 || budget == 0 ? 0 : budget * Hazard(budget) / Math.Sqrt(Edges);
    }

    /// <summary>
    /// R*, the random flips that bring the expected similarity down to the threshold, by <see cref="RandomFlips"/>; 0 if it does not reach it anyway. In a large
    /// sparse graph (B h)^2 (m - T^2) / (m T^2) - B.
    /// </summary>
    /// <param name="budget">B, the flips of the mark.</param>
    public double FlipsToDefeat(double budget)
    {
        CheckBudget(budget, nameof(budget));
        if (budget == 0)
        {
            return 0;
        }
        double shift = budget * Hazard(budget) * (Phases ? 1 : Math.Sqrt(0.5));
        double squared = Threshold * Threshold;
        if (squared >= Length)
        {
            return 0;
        }
        // The smaller root of (1 - 2R/pairs)^2 shift^2 = K (B + R - 2RB/pairs), K the deflection at the threshold; written so that nothing cancels.
        double deflection = Length * squared / (Length - squared);
        double power = shift * shift;
        double square = 4 * power / ((double)pairs * pairs);
        double linear = (4 * power / pairs) + (deflection * (1 - (2 * budget / pairs)));
        double constant = power - (deflection * budget);
        return constant <= 0 ? 0 : 2 * constant / (linear + Math.Sqrt((linear * linear) - (4 * square * constant)));
    }

    /// <summary>The smallest budget whose expected similarity reaches a wanted one on an untouched copy.</summary>
    /// <param name="similarity">The similarity wanted, above 0 and below sqrt(m).</param>
    /// <returns>B.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No budget reaches it; the message names the largest that can be reached.</exception>
    public long BudgetFor(double similarity)
    {
        long low = 1;
        long high = (long)(CandidateCount / 2);
        double best = high < 1 ? 0 : NoAttack(high).Similarity;
        if (!(similarity > 0) || similarity > best)
        {
            throw new ArgumentOutOfRangeException(
                nameof(similarity),
                similarity,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"With m = {Length} and {CandidateCount} candidates a similarity above 0 and up to {best:0.##} can be reached."
                )
            );
        }
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            if (NoAttack(middle).Similarity >= similarity)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low;
    }

    private double CandidateCount => Candidates is { } count ? Math.Min(count, pairs) : pairs;

    private double Hazard(double budget) => StandardNormal.Hazard(StandardNormal.InverseUpperTail(budget / CandidateCount));

    private WatermarkPlan Plan(double budget, Func<double, double> deflection)
    {
        CheckBudget(budget, nameof(budget));
        if (budget == 0)
        {
            return Result(0, double.PositiveInfinity, double.PositiveInfinity, 0);
        }
        double tau = StandardNormal.InverseUpperTail(budget / CandidateCount);
        double hazard = double.IsNegativeInfinity(tau) ? 0 : StandardNormal.Hazard(tau);
        return Result(budget, tau, hazard, deflection(hazard) * (Phases ? 1 : 0.5));
    }

    private WatermarkPlan Result(double flips, double tau, double hazard, double deflection)
    {
        double similarity = Math.Sqrt(Length * deflection / (deflection + Length));
        return new WatermarkPlan(flips, tau, hazard, deflection, similarity, StandardNormal.UpperTail(Threshold - similarity));
    }

    private void CheckBudget(double budget, string name)
    {
        if (!(budget >= 0 && budget <= CandidateCount))
        {
            throw new ArgumentOutOfRangeException(
                name,
                budget,
                string.Create(CultureInfo.InvariantCulture, $"The flips are 0 to the {CandidateCount} candidates.")
            );
        }
    }

    private static double Share(double share) =>
        share is >= 0 and <= 1 ? share : throw new ArgumentOutOfRangeException(nameof(share), share, "A share lies in 0..1.");
}
