using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>
/// Tardos' collusion-secure code (Tardos, "Optimal probabilistic fingerprint codes", 2003) with the symmetric accusation of Škorić, Katzenbeisser and Celik
/// ("Symmetric Tardos fingerprinting codes", 2008): position t of every user's word is 1 with a secret probability p_t of its own, and what a pirated word shows
/// counts the more for a user, the less likely his bit was.
/// </summary>
public static class TardosCode
{
    /// <summary>The positions that are enough to name a colluder of c with a false-accusation probability: pi^2 c^2 ln(1/eps), rounded up.</summary>
    /// <param name="colluders">c, at least 1.</param>
    /// <param name="falseAccusation">eps, above 0 and below 1: the probability that a given innocent user is accused.</param>
    public static int Length(int colluders, double falseAccusation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(colluders, 1);
        CheckFalseAccusation(falseAccusation);
        return checked((int)Math.Ceiling(Math.PI * Math.PI * colluders * colluders * Math.Log(1 / falseAccusation)));
    }

    /// <summary>The score above which a user is accused, in standard deviations: Q^-1(eps).</summary>
    /// <param name="falseAccusation">eps, above 0 and below 1.</param>
    public static double Threshold(double falseAccusation)
    {
        CheckFalseAccusation(falseAccusation);
        return StandardNormal.InverseUpperTail(falseAccusation);
    }

    /// <summary>p_t of each position, arcsine distributed on [1/(300c), 1 - 1/(300c)].</summary>
    /// <param name="positions">The number of positions, at least 1.</param>
    /// <param name="colluders">c, at least 1.</param>
    /// <param name="uniform">Gives secret numbers, uniform in [0, 1).</param>
    public static double[] Biases(int positions, int colluders, Func<double> uniform)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(colluders, 1);
        ArgumentNullException.ThrowIfNull(uniform);
        double cut = Math.Asin(Math.Sqrt(1 / (300.0 * colluders)));
        double[] biases = new double[positions];
        for (int t = 0; t < positions; t++)
        {
            double sine = Math.Sin(cut + (((Math.PI / 2) - (2 * cut)) * uniform()));
            biases[t] = sine * sine;
        }
        return biases;
    }

    /// <summary>A user's word.</summary>
    /// <param name="biases">p_t.</param>
    /// <param name="uniform">Gives the user's secret numbers, uniform in [0, 1).</param>
    public static bool[] Word(ReadOnlySpan<double> biases, Func<double> uniform)
    {
        ArgumentNullException.ThrowIfNull(uniform);
        bool[] word = new bool[biases.Length];
        for (int t = 0; t < word.Length; t++)
        {
            word[t] = uniform() < biases[t];
        }
        return word;
    }

    /// <summary>The score of a user over a pirated word, in standard deviations of an innocent user's score, whose mean is 0.</summary>
    /// <param name="biases">p_t.</param>
    /// <param name="word">The user's word.</param>
    /// <param name="observed">The pirated word: true, false, or null at a position that could not be read.</param>
    /// <returns>The score; 0 if no position could be read.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Score(ReadOnlySpan<double> biases, ReadOnlySpan<bool> word, ReadOnlySpan<bool?> observed)
    {
        if (word.Length != biases.Length || observed.Length != biases.Length)
        {
            throw new ArgumentException(
                $"There are {biases.Length} positions, a word of {word.Length} and {observed.Length} observations."
            );
        }
        double sum = 0;
        int read = 0;
        for (int t = 0; t < biases.Length; t++)
        {
            if (observed[t] is not { } seen)
            {
                continue;
            }
            read++;
            // The probability of the bit that was seen; a user who has it gains the more, the rarer it is.
            double p = seen ? biases[t] : 1 - biases[t];
            sum += word[t] == seen ? Math.Sqrt((1 - p) / p) : -Math.Sqrt(p / (1 - p));
        }
        return read == 0 ? 0 : sum / Math.Sqrt(read);
    }

    private static void CheckFalseAccusation(double value)
    {
        if (value is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "The false-accusation probability lies above 0 and below 1.");
        }
    }
}
