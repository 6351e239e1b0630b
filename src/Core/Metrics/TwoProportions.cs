using MathNet.Numerics;
using ResearchKit.Numerics;

namespace ResearchKit.Metrics;

/// <summary>
/// One-sided tests of two shares against each other, for where the reference is itself estimated: an auditor's own error rate, say. The hypothesis is that
/// A's probability is not above B's; a small p speaks against it.
/// </summary>
public static class TwoProportions
{
    /// <summary>Fisher's exact test: given all successes together, the probability that A has as many or more. Holds for any numbers; conservative for small ones.</summary>
    /// <param name="successesA">Successes of A.</param>
    /// <param name="trialsA">Trials of A, at least 1.</param>
    /// <param name="successesB">Successes of B.</param>
    /// <param name="trialsB">Trials of B, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no trial, or successes are negative or more than the trials.</exception>
    public static double FisherExact(long successesA, long trialsA, long successesB, long trialsB)
    {
        Require(successesA, trialsA, successesB, trialsB);
        long successes = successesA + successesB;
        double constant =
            LogFactorial(trialsA)
            + LogFactorial(trialsB)
            + LogFactorial(successes)
            + LogFactorial(trialsA + trialsB - successes)
            - LogFactorial(trialsA + trialsB);
        double p = 0;
        for (long k = successesA; k <= Math.Min(successes, trialsA); k++)
        {
            p += Math.Exp(
                constant - LogFactorial(k) - LogFactorial(trialsA - k) - LogFactorial(successes - k) - LogFactorial(trialsB - successes + k)
            );
        }

        return Math.Min(1, p);
    }

    /// <summary>The z-test with the pooled share, for large numbers (10 expected successes and failures on each side). 1 if no trial, or every one, succeeded.</summary>
    /// <param name="successesA">Successes of A.</param>
    /// <param name="trialsA">Trials of A, at least 1.</param>
    /// <param name="successesB">Successes of B.</param>
    /// <param name="trialsB">Trials of B, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no trial, or successes are negative or more than the trials.</exception>
    public static double PooledZ(long successesA, long trialsA, long successesB, long trialsB)
    {
        Require(successesA, trialsA, successesB, trialsB);
        double pooled = ((double)successesA + successesB) / ((double)trialsA + trialsB);
        if (pooled is 0 or 1)
        {
            return 1;
        }

        double error = Math.Sqrt(pooled * (1 - pooled) * ((1.0 / trialsA) + (1.0 / trialsB)));
        return StandardNormal.UpperTail((((double)successesA / trialsA) - ((double)successesB / trialsB)) / error);
    }

    private static double LogFactorial(long n) => SpecialFunctions.GammaLn(n + 1.0);

    private static void Require(long successesA, long trialsA, long successesB, long trialsB)
    {
        RequireSide(successesA, trialsA, nameof(successesA), nameof(trialsA));
        RequireSide(successesB, trialsB, nameof(successesB), nameof(trialsB));
    }

    private static void RequireSide(long successes, long trials, string successesName, string trialsName)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1, trialsName);
        if (successes < 0 || successes > trials)
        {
            throw new ArgumentOutOfRangeException(successesName, successes, $"Successes are 0 to the number of trials, {trials}.");
        }
    }
}
