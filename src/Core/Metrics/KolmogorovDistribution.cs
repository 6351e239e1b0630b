using MathNet.Numerics;

namespace ResearchKit.Metrics;

/// <summary>The distribution of Kolmogorov and Smirnov's distance of n values from their true distribution, after Simard and L'Ecuyer (2011): three ways, by n and d.</summary>
internal static class KolmogorovDistribution
{
    /// <summary>From n d^2 of this on, both signs of the distance at once are rarer than 2e-6 of the tail, and Smirnov's one-sided sum, doubled, is the tail.</summary>
    private const double OneSidedFrom = 2.2;

    private const int LargestMatrixSample = 2_000;
    private const int LargestSumSample = 100_000;

    /// <summary>P(D &gt;= d).</summary>
    public static double UpperTail(int n, double d)
    {
        double scaled = n * d * d;
        return d * n <= 0.5 ? 1
            : d >= 1 ? 0
            : scaled >= OneSidedFrom && n <= LargestSumSample ? Math.Min(1, 2 * OneSided(n, d))
            : scaled < OneSidedFrom && n <= LargestMatrixSample ? 1 - Below(n, d)
            : Asymptotic(n, d);
    }

    /// <summary>Smirnov's exact P(D+ &gt;= d) = d sum over j of C(n, j) (d + j/n)^(j - 1) (1 - d - j/n)^(n - j).</summary>
    private static double OneSided(int n, double d)
    {
        double sum = 0;
        double all = SpecialFunctions.GammaLn(n + 1.0);
        for (int j = 0; j < n; j++)
        {
            double rest = 1 - d - ((double)j / n);
            if (rest <= 0)
            {
                break;
            }

            sum += Math.Exp(
                all
                    - SpecialFunctions.GammaLn(j + 1.0)
                    - SpecialFunctions.GammaLn(n - j + 1.0)
                    + ((j - 1) * Math.Log(d + ((double)j / n)))
                    + ((n - j) * Math.Log(rest))
            );
        }

        return d * sum;
    }

    /// <summary>P(D &lt; d) by the matrix of Marsaglia, Tsang and Wang (2003): exact but for rounding.</summary>
    private static double Below(int n, double d)
    {
        int k = (int)(n * d) + 1;
        int m = (2 * k) - 1;
        double h = k - (n * d);
        double[,] step = new double[m, m];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < m; j++)
            {
                step[i, j] = i - j + 1 >= 0 ? 1 : 0;
            }
        }

        for (int i = 0; i < m; i++)
        {
            step[i, 0] -= Math.Pow(h, i + 1);
            step[m - 1, i] -= Math.Pow(h, m - i);
        }

        step[m - 1, 0] += (2 * h) - 1 > 0 ? Math.Pow((2 * h) - 1, m) : 0;
        double factorial = 1;
        for (int distance = 1; distance <= m; distance++)
        {
            factorial *= distance; // an entry at i - j + 1 = distance is divided by distance!
            for (int i = distance - 1; i < m; i++)
            {
                step[i, i - distance + 1] /= factorial;
            }
        }

        // Only one row of the power is needed, so a vector is carried through the steps; each takes an equal share of n!/n^n, so that nothing leaves the range.
        double factor = Math.Exp((SpecialFunctions.GammaLn(n + 1.0) / n) - Math.Log(n));
        double[] row = new double[m];
        double[] next = new double[m];
        row[k - 1] = 1;
        for (int s = 1; s <= n; s++)
        {
            for (int j = 0; j < m; j++)
            {
                double sum = 0;
                for (int i = Math.Max(0, j - 1); i < m; i++)
                {
                    sum += row[i] * step[i, j];
                }

                next[j] = sum * factor;
            }

            (row, next) = (next, row);
        }

        return Math.Clamp(row[k - 1], 0, 1);
    }

    /// <summary>Kolmogorov's limit with Stephens' correction (1970) of the argument.</summary>
    private static double Asymptotic(int n, double d)
    {
        double root = Math.Sqrt(n);
        double lambda = (root + 0.12 + (0.11 / root)) * d;
        if (lambda < 0.2)
        {
            return 1; // the true value differs by less than 1e-12
        }

        double p = 0;
        for (int k = 1; k <= 100; k++)
        {
            p += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2.0 * k * k * lambda * lambda);
        }

        return Math.Clamp(p, 0, 1);
    }
}
