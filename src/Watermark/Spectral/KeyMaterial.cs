using System.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Watermark;

/// <summary>What a key stands for on its graph: the carriers with their phases, and the values omega, derived from the secret.</summary>
internal sealed class KeyMaterial
{
    private readonly FfgOptions scheme;
    private readonly Complex[]? host;

    private KeyMaterial(FfgOptions scheme, Carrier[] carriers, double[] omega, PhasorTable phasors, Complex[]? host)
    {
        this.scheme = scheme;
        this.host = host;
        Carriers = carriers;
        Omega = omega;
        Phasors = phasors;
    }

    public Carrier[] Carriers { get; }

    /// <summary>The key values, standard normal; the key vector is <c>Sigma</c> times it.</summary>
    public double[] Omega { get; }

    public PhasorTable Phasors { get; }

    /// <summary>Derives the material.</summary>
    /// <param name="key">The key.</param>
    /// <param name="edges">The packed edges of the original; null in blind detection, which needs random carriers.</param>
    /// <param name="threads">The threads to use.</param>
    /// <param name="limit">The memory a transform may take.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static KeyMaterial Of(FfgKey key, ulong[]? edges, int threads, ByteSize limit, CancellationToken cancellationToken)
    {
        FfgOptions scheme = key.Scheme;
        PhasorTable phasors = PhasorTable.OfSize(key.TransformSize);
        Carrier[] carriers =
            scheme.Carriers == CarrierRule.Random
                ? RandomCarriers(key)
                : LargestCarriers.Of(edges!, scheme.Length, phasors, threads, limit, cancellationToken);
        if (scheme.Phases == true)
        {
            using KeyStream phases = new(key.Secret, "phase");
            for (int i = 0; i < carriers.Length; i++)
            {
                carriers[i] = carriers[i] with { Phase = 2 * Math.PI * phases.NextDouble() };
            }
        }
        double[] omega = new double[scheme.Length];
        using (KeyStream values = new(key.Secret, "omega"))
        {
            for (int i = 0; i < omega.Length; i++)
            {
                omega[i] = values.NextGaussian();
            }
        }
        Complex[]? host =
            scheme.Insertion == Insertion.Additive
                ? null
                : FourierCoefficients.OfPairs(edges!, carriers, phasors, threads, cancellationToken);
        return new KeyMaterial(scheme, carriers, omega, phasors, host);
    }

    /// <summary>Material given by its parts, for known answers.</summary>
    public static KeyMaterial OfParts(FfgOptions scheme, Carrier[] carriers, double[] omega, int transformSize) =>
        new(scheme, carriers, omega, PhasorTable.OfSize(transformSize), null);

    /// <summary>The field whose largest values a budget is spent on: the score f, or the field of the coefficients' changes.</summary>
    public SpectralField ScoreField()
    {
        double[] real = new double[Omega.Length];
        double[] imaginary = new double[Omega.Length];
        for (int i = 0; i < Omega.Length; i++)
        {
            (double sin, double cos) = PhasorTable.SinCos(Carriers[i].Phase);
            Complex change = host is null ? Omega[i] * new Complex(cos, sin) : Change(i);
            (real[i], imaginary[i]) = (change.Real, change.Imaginary);
        }
        return new SpectralField(Carriers, real, imaginary, Phasors);
    }

    /// <summary>The field delta = FT^-1(W) for a strength.</summary>
    /// <param name="sigma">The standard deviation of the key in Fourier units; 1 for the other insertion rules.</param>
    public SpectralField DeltaField(double sigma)
    {
        SpectralField score = ScoreField();
        double area = (double)Phasors.Size * Phasors.Size;
        for (int i = 0; i < Omega.Length; i++)
        {
            double scale = sigma * Orbit.Of(Carriers[i].U, Carriers[i].V, Phasors.Size).Size / (2 * area);
            score.Real[i] *= scale;
            score.Imaginary[i] *= scale;
        }
        return new SpectralField(Carriers, score.Real, score.Imaginary, Phasors);
    }

    /// <summary>The expected standard deviation of delta over pairs for sigma = 1 (of this very key, for the other insertion rules).</summary>
    public double DeltaDeviation()
    {
        double sum = 0;
        for (int i = 0; i < Omega.Length; i++)
        {
            double power = host is null ? 1 : (Change(i) * Complex.Conjugate(Change(i))).Real;
            sum += power * Orbit.Of(Carriers[i].U, Carriers[i].V, Phasors.Size).Size;
        }
        return Math.Sqrt(sum) / ((double)Phasors.Size * Phasors.Size);
    }

    /// <summary>The values w' that a difference of graphs shows, from the sums of its waves.</summary>
    public double[] Extract(Complex[] sums)
    {
        double[] extracted = new double[sums.Length];
        for (int i = 0; i < sums.Length; i++)
        {
            (double sin, double cos) = PhasorTable.SinCos(Carriers[i].Phase);
            // The Fourier sum has the other sign in the exponent; the real part of both is the same.
            extracted[i] = host is null ? (cos * sums[i].Real) - (sin * sums[i].Imaginary) : Cox(host[i], Complex.Conjugate(sums[i]));
        }
        return extracted;
    }

    private Complex Change(int i) =>
        host![i] * (scheme.Insertion == Insertion.Multiplicative ? scheme.Alpha * Omega[i] : Math.Exp(scheme.Alpha * Omega[i]) - 1);

    // Cox et al. 1997, section 4.2: the inverses of v(1 + alpha x) and v exp(alpha x). A coefficient of zero carries nothing.
    private double Cox(Complex coefficient, Complex difference)
    {
        if (coefficient == Complex.Zero)
        {
            return 0;
        }
        Complex ratio = difference / coefficient;
        return scheme.Insertion == Insertion.Multiplicative
            ? ratio.Real / scheme.Alpha
            : Math.Log(Math.Max(double.Epsilon, Complex.Abs(1 + ratio))) / scheme.Alpha;
    }

    // Uniform over orbits: a pair is accepted iff it is the one that names its orbit.
    private static Carrier[] RandomCarriers(FfgKey key)
    {
        int size = key.TransformSize;
        using KeyStream stream = new(key.Secret, "carriers");
        HashSet<(int, int)> taken = [];
        Carrier[] carriers = new Carrier[key.Scheme.Length];
        for (int i = 0; i < carriers.Length; )
        {
            int u = stream.NextInt(size);
            int v = stream.NextInt(size);
            if ((u, v) != (0, 0) && Orbit.IsRepresentative(u, v, size) && taken.Add((u, v)))
            {
                carriers[i++] = new Carrier(u, v);
            }
        }
        return carriers;
    }
}
