namespace ResearchKit.Agents.Discovery;

/// <summary>What a crawler's copies are worth when documents change at random moments (Poisson) and are visited at a fixed interval. Series where the closed forms would cancel.</summary>
public static class CrawlFreshness
{
    /// <summary>The share of time at which a copy is the original: (1 - e^-r) / r with r changes between two visits.</summary>
    /// <param name="changesPerDay">Changes a day, at least 0.</param>
    /// <param name="visitsPerDay">Visits a day, above 0.</param>
    public static double Freshness(double changesPerDay, double visitsPerDay)
    {
        double r = Ratio(changesPerDay, visitsPerDay);
        return r < 1 ? Series(r, 1) : (1 - Math.Exp(-r)) / r;
    }

    /// <summary>The mean age of a copy in days: (1/f) (1/2 - 1/r + (1 - e^-r) / r^2).</summary>
    /// <param name="changesPerDay">Changes a day, at least 0.</param>
    /// <param name="visitsPerDay">Visits a day, above 0.</param>
    public static double AgeDays(double changesPerDay, double visitsPerDay)
    {
        double r = Ratio(changesPerDay, visitsPerDay);
        double visits = r < 1 ? r * Series(r, 3) : 0.5 - (1 / r) + ((1 - Math.Exp(-r)) / (r * r));
        return visits / visitsPerDay;
    }

    private static double Ratio(double changesPerDay, double visitsPerDay)
    {
        if (!(changesPerDay >= 0) || !double.IsFinite(changesPerDay))
        {
            throw new ArgumentOutOfRangeException(nameof(changesPerDay), changesPerDay, "Changes a day are at least 0.");
        }
        if (!(visitsPerDay > 0) || !double.IsFinite(visitsPerDay))
        {
            throw new ArgumentOutOfRangeException(nameof(visitsPerDay), visitsPerDay, "Visits a day are above 0.");
        }
        return changesPerDay / visitsPerDay;
    }

    // Sum over k of (-r)^k / (k + from)!; for r below 1 it ends within twenty terms.
    private static double Series(double r, int from)
    {
        double term = 1;
        for (int i = 2; i <= from; i++)
        {
            term /= i;
        }
        double sum = 0;
        for (int k = 0; Math.Abs(term) > 1e-18; k++)
        {
            sum += term;
            term *= -r / (k + from + 1);
        }
        return sum;
    }
}
