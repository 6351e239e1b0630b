namespace ResearchKit.Watermark;

/// <summary>
/// A real symmetric field over node positions made of a few waves:
/// f(x,y) = sum_i Re(w_i (e^{2 pi i(u_i x + v_i y)/M} + e^{2 pi i(u_i y + v_i x)/M})).
/// With w_i = omega_i e^{i phi_i} it is the score of a pair; with w_i = sigma omega_i (s_i/2)/M^2 the field delta = FT^-1(W).
/// </summary>
internal sealed class SpectralField
{
    public SpectralField(ReadOnlySpan<Carrier> carriers, double[] real, double[] imaginary, PhasorTable phasors)
    {
        Carriers = carriers.ToArray();
        Real = real;
        Imaginary = imaginary;
        Phasors = phasors;
        double sum = 0;
        for (int i = 0; i < real.Length; i++)
        {
            sum += Math.Abs(real[i]) + Math.Abs(imaginary[i]);
        }
        Bound = 2 * sum;
    }

    public Carrier[] Carriers { get; }

    /// <summary>The real parts of the weights.</summary>
    public double[] Real { get; }

    /// <summary>The imaginary parts of the weights.</summary>
    public double[] Imaginary { get; }

    public PhasorTable Phasors { get; }

    /// <summary>M.</summary>
    public int Modulus => Phasors.Size;

    /// <summary>No value of the field is larger.</summary>
    public double Bound { get; }

    /// <summary>The value at a pair of positions in double precision, always the same bits: the waves are added in order, by plain arithmetic.</summary>
    public double At(int x, int y)
    {
        double[] cos = Phasors.Cos;
        double[] sin = Phasors.Sin;
        long modulus = Modulus;
        double sum = 0;
        for (int i = 0; i < Carriers.Length; i++)
        {
            long u = Carriers[i].U;
            long v = Carriers[i].V;
            long straight = ((u * x) + (v * y)) % modulus;
            long swapped = ((u * y) + (v * x)) % modulus;
            sum += (Real[i] * (cos[straight] + cos[swapped])) - (Imaginary[i] * (sin[straight] + sin[swapped]));
        }
        return sum;
    }
}
