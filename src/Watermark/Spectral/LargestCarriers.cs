using System.Globalization;
using System.Numerics;
using ResearchKit.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace ResearchKit.Watermark;

/// <summary>
/// The m orbits of largest |F|, without (0, 0) (section 2.2, step 2). The transform finds those that may belong to them; their
/// magnitudes are then summed over the edges, rounded to nine decimals, and ties go to the lexicographically smaller orbit, so the choice does
/// not depend on the transform's rounding.
/// </summary>
internal static class LargestCarriers
{
    // Far above the error of a transform in double precision, and above the rounding to nine decimals.
    private const double Error = 1e-8;

    public static Carrier[] Of(
        ulong[] edges,
        int length,
        PhasorTable phasors,
        int threads,
        ByteSize limit,
        CancellationToken cancellationToken
    )
    {
        int size = phasors.Size;
        CheckMemory(size, limit);
        Torch.EnsureLoaded();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        TopPairs top = new(length, Error, minimum: -1);
        using (DisposeScope scope = NewDisposeScope())
        {
            Tensor matrix = zeros([size, size], dtype: float64);
            FillSymmetric(new UnmanagedRows<double>(matrix), edges);
            Tensor spectrum = RealFft2D.Forward(matrix).contiguous();
            matrix.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            UnmanagedRows<Complex> rows = new(spectrum);
            Parallel.For(
                0,
                size,
                parallel,
                () => new TopPairs(length, Error, minimum: -1),
                (v, _, mine) =>
                {
                    OfferRow(v, size, rows[v], mine);
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

        ulong[] chosen = top.Select(pair =>
            Rounded(FourierCoefficients.OfPairs(edges, [AsCarrier(pair)], phasors, threads, cancellationToken)[0])
        );
        Carrier[] carriers = [.. chosen.Select(AsCarrier)];
        Complex[] values = FourierCoefficients.OfPairs(edges, carriers, phasors, threads, cancellationToken);
        double[] rounded = [.. values.Select(Rounded)];
        return
        [
            .. carriers
                .Select((carrier, i) => (carrier, i))
                .OrderByDescending(c => rounded[c.i])
                .ThenBy(c => chosen[c.i])
                .Select(c => c.carrier),
        ];
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

    // A representative has u <= v and u <= M/2: F(v, u), in the half of the spectrum that is kept, is its value too.
    private static void OfferRow(int v, int size, ReadOnlySpan<Complex> row, TopPairs top)
    {
        int last = Math.Min(v, size / 2);
        for (int u = v == 0 ? 1 : 0; u <= last; u++)
        {
            double magnitude = Complex.Abs(row[u]);
            if (magnitude >= top.Floor && Orbit.IsRepresentative(u, v, size))
            {
                top.Offer(magnitude, PositionPair.Pack(u, v));
            }
        }
    }

    private static void FillSymmetric(UnmanagedRows<double> rows, ulong[] edges)
    {
        foreach (ulong edge in edges)
        {
            (int x, int y) = PositionPair.Unpack(edge);
            rows[x][y] = 1;
            rows[y][x] = 1;
        }
    }

    private static double Rounded(Complex value) => Math.Round(Complex.Abs(value), 9, MidpointRounding.ToEven);

    private static Carrier AsCarrier(ulong pair)
    {
        (int u, int v) = PositionPair.Unpack(pair);
        return new Carrier(u, v);
    }
}
