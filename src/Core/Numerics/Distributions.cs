namespace ResearchKit.Numerics;

/// <summary>
/// Draws from the usual distributions on a <see cref="RandomStream"/>; gamma and Poisson draws, and what is made of them, are MathNet's. They use logarithm and
/// exponential of the platform, so the last bits may differ between operating systems; where not said, how many words a draw takes varies.
/// Gaussians, equal everywhere to the bit, are <see cref="RandomStream.NextGaussian"/>.
/// </summary>
public static class Distributions
{
    /// <summary>Below this parameter a gamma draw may underflow to zero, and a ratio of draws to 0/0: such draws are made by their logarithms.</summary>
    private const double Small = 0.1;

    /// <summary>Gamma with mean shape times scale.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not positive and finite.</exception>
    public static double Gamma(RandomStream stream, double shape, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var (checkedShape, checkedScale) = (Positive(shape), Positive(scale));
        return MathNet.Numerics.Distributions.Gamma.Sample(stream.AsRandom(), checkedShape, 1) * checkedScale;
    }

    /// <summary>Beta on [0, 1] with mean a / (a + b).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not positive and finite.</exception>
    public static double Beta(RandomStream stream, double a, double b)
    {
        Span<double> shares = stackalloc double[2];
        Dirichlet(stream, [a, b], shares);
        return shares[0];
    }

    /// <summary>Shares that sum to 1, with means proportional to <paramref name="alpha"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not positive and finite.</exception>
    /// <exception cref="ArgumentException">There is no parameter.</exception>
    public static double[] Dirichlet(RandomStream stream, ReadOnlySpan<double> alpha)
    {
        var shares = new double[alpha.Length];
        Dirichlet(stream, alpha, shares);
        return shares;
    }

    /// <summary>Symmetric: <paramref name="count"/> shares, all with the parameter <paramref name="alpha"/>.</summary>
    /// <inheritdoc cref="Dirichlet(RandomStream, ReadOnlySpan{double})"/>
    public static double[] Dirichlet(RandomStream stream, double alpha, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var parameters = new double[count];
        Array.Fill(parameters, alpha);
        return Dirichlet(stream, parameters);
    }

    /// <summary>A count with the given mean, at most 10^9.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mean"/> is not in [0, 1e9].</exception>
    public static int Poisson(RandomStream stream, double mean)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return mean switch
        {
            0 => 0,
            > 0 and <= 1e9 => MathNet.Numerics.Distributions.Poisson.Sample(stream.AsRandom(), mean),
            _ => throw new ArgumentOutOfRangeException(nameof(mean), mean, "The mean of a Poisson distribution lies in [0, 1e9]."),
        };
    }

    /// <summary>exp of a Gaussian: median exp(<paramref name="mu"/>). Takes 2 words.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mu"/> is not finite, or <paramref name="sigma"/> is negative or not finite.</exception>
    public static double LogNormal(RandomStream stream, double mu, double sigma)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!double.IsFinite(mu))
        {
            throw new ArgumentOutOfRangeException(nameof(mu), mu, "The mean of the logarithm is finite.");
        }
        return sigma is >= 0 and < double.PositiveInfinity
            ? Math.Exp(mu + sigma * stream.NextGaussian())
            : throw new ArgumentOutOfRangeException(
                nameof(sigma),
                sigma,
                "The standard deviation of the logarithm is finite and not negative."
            );
    }

    /// <summary>A waiting time with the given mean. Takes 2 words.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mean"/> is not positive and finite.</exception>
    public static double Exponential(RandomStream stream, double mean)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var checkedMean = Positive(mean);
        return -checkedMean * Math.Log(stream.NextDoubleOpen());
    }

    private static void Dirichlet(RandomStream stream, ReadOnlySpan<double> alpha, Span<double> shares)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (alpha.IsEmpty)
        {
            throw new ArgumentException("A Dirichlet distribution has at least one parameter.", nameof(alpha));
        }
        var smallest = double.PositiveInfinity;
        foreach (var value in alpha)
        {
            smallest = Math.Min(smallest, Positive(value));
        }
        var largest = double.NegativeInfinity;
        for (var i = 0; i < alpha.Length; i++)
        {
            shares[i] =
                smallest < Small ? LogGamma(stream, alpha[i]) : MathNet.Numerics.Distributions.Gamma.Sample(stream.AsRandom(), alpha[i], 1);
            largest = Math.Max(largest, shares[i]);
        }
        var sum = 0.0;
        foreach (ref var share in shares)
        {
            share = smallest < Small ? Math.Exp(share - largest) : share;
            sum += share;
        }
        foreach (ref var share in shares)
        {
            share /= sum;
        }
    }

    // Gamma(a) is Gamma(a + 1) * U^(1/a) in distribution: the logarithm does not underflow however small a is.
    private static double LogGamma(RandomStream stream, double shape) =>
        Math.Log(MathNet.Numerics.Distributions.Gamma.Sample(stream.AsRandom(), shape + 1, 1)) + Math.Log(stream.NextDoubleOpen()) / shape;

    private static double Positive(
        double value,
        [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string? name = null
    ) =>
        value is > 0 and < double.PositiveInfinity
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "The parameter is positive and finite.");
}
