using System.Globalization;
using System.Numerics;
using ResearchKit.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace ResearchKit.Watermark;

/// <summary>
/// The m orbits of largest |F|, without (0, 0). The transform finds those that may belong to them; their
/// magnitudes are then summed over the edges, rounded to nine decimals, and ties go to the lexicographically smaller orbit, so the choice does
/// not depend on the transform's rounding. The matrix is sparse, so along the second axis its spectrum is summed over the edges and only the first
/// needs a transform, a block of columns at a time: no M^2 values are ever held.
/// </summary>
internal static class LargestCarriers
{
    // Far above the error of a transform in double precision, and above the rounding to nine decimals.
    private const double Error = 1e-8;
    private const int BlockBytes = 16 << 20;

    public static Carrier[] Of(
        ulong[] edges,
        int length,
        PhasorTable phasors,
        int threads,
        ByteSize limit,
        CancellationToken cancellationToken
    )
    {
        CheckMemory(phasors.Size, limit);
        Torch.EnsureLoaded();
        TopPairs top = new(length, Error, minimum: -1);
        Scan(edges, phasors, top, new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken });
        ulong[] chosen = top.Select(pair =>
            Rounded(FourierCoefficients.OfPairs(edges, [AsCarrier(pair)], phasors, threads, cancellationToken)[0])
        );
        Carrier[] carriers = [.. chosen.Select(AsCarrier)];
        Complex[] values = FourierCoefficients.OfPairs(edges, carriers, phasors, threads, cancellationToken);
        double[] rounded = [.. values.Select(Rounded)];
        return [.. Enumerable.Range(0, carriers.Length).OrderByDescending(i => rounded[i]).ThenBy(i => chosen[i]).Select(i => carriers[i])];
    }

    internal static void CheckMemory(int size, ByteSize limit)
    {
        UInt128 needed = (UInt128)16 * (UInt128)size * (UInt128)size;
        if (needed > (UInt128)limit.Bytes)
        {
            throw new ResearchKitException(
                WatermarkErrors.MemoryLimit,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A dense transform of size {size} takes 16 M^2 = {(decimal)needed} bytes; MemoryLimit allows {limit.Bytes} ({limit})."
                ),
                "Use the sparse mode, Carriers Random with Candidates Sampled, which needs no transform; or raise MemoryLimit."
            );
        }
    }

    // A representative (u, v) has u <= v and u <= M/2: with F(u, 0..M-1) for u up to M/2 every orbit is met.
    private static void Scan(ulong[] edges, PhasorTable phasors, TopPairs top, ParallelOptions parallel)
    {
        int size = phasors.Size;
        int last = size / 2;
        int rows = Math.Clamp(BlockBytes / (size * 16), 1, last + 1);
        for (int first = 0; first <= last; first += rows)
        {
            parallel.CancellationToken.ThrowIfCancellationRequested();
            int start = first;
            int count = Math.Min(rows, last + 1 - first);
            using DisposeScope scope = NewDisposeScope();
            Tensor sums = zeros([count, size], dtype: complex128);
            UnmanagedRows<Complex> half = new(sums);
            Parallel.For(
                0,
                count,
                parallel,
                () => new Complex[size],
                (row, _, wave) =>
                {
                    SumOverEdges(edges, start + row, phasors, wave, half[row]);
                    return wave;
                },
                _ => { }
            );
            Tensor spectrum = fft.fft_(sums, dim: 1).contiguous();
            UnmanagedRows<Complex> values = new(spectrum);
            Parallel.For(
                0,
                count,
                parallel,
                () => Fresh(top),
                (row, _, mine) =>
                {
                    OfferRow(start + row, size, values[row], mine);
                    return mine;
                },
                mine =>
                {
                    lock (top)
                    {
                        top.Merge(mine);
                    }
                }
            );
        }
    }

    // sum over x of A(x, y) e^{-2 pi i u x/M}, for every y.
    private static void SumOverEdges(ulong[] edges, int u, PhasorTable phasors, Complex[] wave, Span<Complex> sums)
    {
        int size = phasors.Size;
        int angle = 0;
        for (int x = 0; x < size; x++)
        {
            wave[x] = new Complex(phasors.Cos[angle], -phasors.Sin[angle]);
            angle = angle >= size - u ? angle - (size - u) : angle + u;
        }
        foreach (ulong edge in edges)
        {
            (int x, int y) = PositionPair.Unpack(edge);
            sums[y] += wave[x];
            sums[x] += wave[y];
        }
    }

    private static void OfferRow(int u, int size, ReadOnlySpan<Complex> row, TopPairs top)
    {
        for (int v = Math.Max(u, 1); v < size; v++)
        {
            double magnitude = Complex.Abs(row[v]);
            if (magnitude >= top.Floor && Orbit.IsRepresentative(u, v, size))
            {
                top.Offer(magnitude, PositionPair.Pack(u, v));
            }
        }
    }

    private static TopPairs Fresh(TopPairs top)
    {
        lock (top)
        {
            return top.Fresh();
        }
    }

    private static double Rounded(Complex value) => Math.Round(Complex.Abs(value), 9, MidpointRounding.ToEven);

    private static Carrier AsCarrier(ulong pair)
    {
        (int u, int v) = PositionPair.Unpack(pair);
        return new Carrier(u, v);
    }
}
