using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace ResearchKit.Watermark;

/// <summary>
/// All values of a <see cref="SpectralField"/>, a block of rows at a time. The field has few waves, so along the first axis its
/// spectrum is summed directly and only the second axis needs a transform: half the work of a two-dimensional inverse transform,
/// and memory for a block instead of M^2 values.
/// </summary>
internal sealed class DenseField
{
    private const int BlockBytes = 8 << 20;

    private readonly SpectralField field;
    private readonly int nodes;
    private readonly int columns;
    private readonly (int Frequency, int Column, Complex Weight)[] entries;

    public DenseField(SpectralField field, int nodes)
    {
        this.field = field;
        this.nodes = nodes;
        columns = (field.Modulus / 2) + 1;
        entries = Entries(field, columns);
        ErrorBound = field.Bound * 1e-10;
    }

    /// <summary>No value is further from the exact one: far above what a transform in double precision errs.</summary>
    public double ErrorBound { get; }

    /// <summary>Visits every row. The rows of a block are visited in parallel, each thread with a state of its own; with one thread in ascending order.</summary>
    /// <param name="threads">The threads to use.</param>
    /// <param name="fresh">Makes the state of a thread.</param>
    /// <param name="visit">Gets x, the values f(x, 0..N-1) and the state.</param>
    /// <param name="merge">Takes the state of a thread at the end of a block; called from several threads.</param>
    /// <param name="progress">Told the share of the rows done.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    public void ForEachRow<T>(
        int threads,
        Func<T> fresh,
        RowVisitor<T> visit,
        Action<T> merge,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        Torch.EnsureLoaded();
        int modulus = field.Modulus;
        int rows = Math.Clamp(BlockBytes / (modulus * sizeof(double)), 1, nodes);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        for (int first = 0; first < nodes; first += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int start = first;
            int count = Math.Min(rows, nodes - first);
            using DisposeScope scope = NewDisposeScope();
            Tensor spectrum = zeros([count, columns], dtype: complex128);
            UnmanagedRows<Complex> spectra = new(spectrum);
            Parallel.For(0, count, parallel, row => FillRow(start + row, spectra[row]));
            Tensor block = fft.irfft(spectrum, n: modulus, dim: 1, norm: FFTNormType.Forward).contiguous();
            UnmanagedRows<double> values = new(block);
            if (threads == 1)
            {
                T state = fresh();
                for (int row = 0; row < count; row++)
                {
                    visit(start + row, values[row][..nodes], state);
                }
                merge(state);
            }
            else
            {
                Parallel.For(
                    0,
                    count,
                    parallel,
                    fresh,
                    (row, _, state) =>
                    {
                        visit(start + row, values[row][..nodes], state);
                        return state;
                    },
                    merge
                );
            }
            progress?.Report((double)(first + count) / nodes);
        }
    }

    private void FillRow(int x, Span<Complex> row)
    {
        double[] cos = field.Phasors.Cos;
        double[] sin = field.Phasors.Sin;
        foreach ((int frequency, int column, Complex weight) in entries)
        {
            long angle = (long)frequency * x % field.Modulus;
            row[column] += weight * new Complex(cos[angle], sin[angle]);
        }
    }

    // All four members, each with half the weight; with += orbits of size 1 and 2, whose members coincide, come out right.
    private static (int Frequency, int Column, Complex Weight)[] Entries(SpectralField field, int columns)
    {
        List<(int, int Column, Complex)> entries = [];
        for (int i = 0; i < field.Carriers.Length; i++)
        {
            (int u, int v, _) = field.Carriers[i];
            Complex half = new(field.Real[i] / 2, field.Imaginary[i] / 2);
            int minusU = u == 0 ? 0 : field.Modulus - u;
            int minusV = v == 0 ? 0 : field.Modulus - v;
            entries.Add((u, v, half));
            entries.Add((v, u, half));
            entries.Add((minusU, minusV, Complex.Conjugate(half)));
            entries.Add((minusV, minusU, Complex.Conjugate(half)));
        }
        return [.. entries.Where(e => e.Column < columns).OrderBy(e => e.Column)];
    }

    public delegate void RowVisitor<in T>(int x, ReadOnlySpan<double> values, T state);
}
