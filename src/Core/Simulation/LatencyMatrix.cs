using System.Globalization;
using ResearchKit.Data;
using ResearchKit.Metrics;

namespace ResearchKit.Simulation;

/// <summary>
/// One-way delays between sites, in general not symmetric. Any number of nodes lives on the sites: node i at site i mod <see cref="Sites"/>.
/// </summary>
public sealed class LatencyMatrix
{
    private readonly double[] _milliseconds;
    private readonly VirtualTime[] _delays;

    private LatencyMatrix(int sites, double[] milliseconds, LatencyMatrixOptions options)
    {
        Sites = sites;
        _milliseconds = milliseconds;
        _delays = new VirtualTime[milliseconds.Length];
        for (int i = 0; i < milliseconds.Length; i++)
        {
            if (milliseconds[i] < 0)
            {
                milliseconds[i] = 0;
                Clamped++;
            }

            // The longest delay is below 2^53 ns: the conversion is exact enough that floor(ms) is what the granularity of 1 ms leaves.
            _delays[i] = options.Granularity.Truncate(VirtualTime.FromMilliseconds(milliseconds[i]));
        }
    }

    /// <summary>The number of sites.</summary>
    public int Sites { get; }

    /// <summary>How many negative delays were taken as 0.</summary>
    public int Clamped { get; }

    /// <summary>The delay between the sites of two nodes.</summary>
    /// <param name="from">The sending node, from 0.</param>
    /// <param name="to">The receiving node, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A node is negative.</exception>
    public VirtualTime this[int from, int to]
    {
        get
        {
            if ((from | to) < 0)
            {
                throw new ArgumentOutOfRangeException(from < 0 ? nameof(from) : nameof(to), from < 0 ? from : to, "Nodes count from 0.");
            }

            return _delays[(from % Sites * Sites) + (to % Sites)];
        }
    }

    /// <summary>The site of a node.</summary>
    /// <param name="node">The node, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int SiteOf(int node)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(node);
        return node % Sites;
    }

    /// <summary>The delay as measured, in milliseconds, not cut; a negative one is 0.</summary>
    /// <param name="from">The sending site.</param>
    /// <param name="to">The receiving site.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such site.</exception>
    public double Milliseconds(int from, int to)
    {
        RequireSite(from, nameof(from));
        RequireSite(to, nameof(to));
        return _milliseconds[(from * Sites) + to];
    }

    /// <summary>The median of a site's outgoing delays as measured, its delay to itself included, in milliseconds.</summary>
    /// <param name="site">The site.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such site.</exception>
    public double MedianMilliseconds(int site)
    {
        RequireSite(site, nameof(site));
        return Quantiles.Median(_milliseconds.AsSpan(site * Sites, Sites));
    }

    /// <summary>The site with the lowest median among the first ones; the first of equal ones. Where a server stands.</summary>
    /// <param name="first">How many sites to look at; more than there are look at all.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="first"/> is below 1.</exception>
    public int MostCentralSite(int first = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        return Enumerable.Range(0, Math.Min(first, Sites)).MinBy(MedianMilliseconds);
    }

    /// <summary>A matrix of delays in milliseconds, row = from, column = to.</summary>
    /// <param name="milliseconds">The delays: square.</param>
    /// <param name="options">How to take them; the defaults if null.</param>
    /// <exception cref="ArgumentException">The matrix is empty or not square, or a delay is not finite, or negative where this is an error.</exception>
    public static LatencyMatrix FromMilliseconds(double[,] milliseconds, LatencyMatrixOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(milliseconds);
        options ??= LatencyMatrixOptions.Default;
        int sites = milliseconds.GetLength(0);
        if (sites == 0 || sites != milliseconds.GetLength(1))
        {
            throw new ArgumentException(
                $"A latency matrix is square, at least 1 x 1; this one has {sites} rows and {milliseconds.GetLength(1)} columns.",
                nameof(milliseconds)
            );
        }

        double[] flat = new double[sites * sites];
        for (int i = 0; i < flat.Length; i++)
        {
            double value = milliseconds[i / sites, i % sites];
            if (!IsDelay(value, options))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"The delay from {i / sites} to {i % sites} is {value} ms; expected {Expected(options)}."),
                    nameof(milliseconds)
                );
            }

            flat[i] = value;
        }

        return new(sites, flat, options);
    }

    /// <summary>The same delay between all nodes, none of a node to itself: one site a node.</summary>
    /// <param name="nodes">The number of sites.</param>
    /// <param name="delay">The delay; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="nodes"/> is below 1, or <paramref name="delay"/> negative.</exception>
    public static LatencyMatrix Uniform(int nodes, VirtualTime delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(delay.Nanoseconds, nameof(delay));
        double[,] milliseconds = new double[nodes, nodes];
        for (int i = 0; i < nodes * nodes; i++)
        {
            milliseconds[i / nodes, i % nodes] = i / nodes == i % nodes ? 0 : delay.Milliseconds;
        }

        return FromMilliseconds(milliseconds, new() { Granularity = ClockGranularity.Nanosecond });
    }

    /// <summary>Reads delays in milliseconds from a text file without a header, comma separated, one row a line; compressed or not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to take the delays; the defaults if null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">The matrix is empty or not square, or a delay is not a finite number, or negative where this is an error.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<LatencyMatrix> LoadAsync(
        string path,
        LatencyMatrixOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= LatencyMatrixOptions.Default;
        List<double> flat = [];
        int columns = 0;
        int rows = 0;
        DelimitedTextOptions text = new()
        {
            HasHeader = false,
            Separator = ',',
            TrimBlanks = true,
            AllowRagged = true,
        };
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, text, cancellationToken))
        {
            columns = rows++ == 0 ? record.Count : columns;
            if (record.Count != columns)
            {
                throw new MalformedFileException(path, $"{columns} delays, as in the first row", $"{record.Count}", record.Line);
            }

            for (int column = 0; column < columns; column++)
            {
                double value = record.Number<double>(column);
                if (!IsDelay(value, options))
                {
                    throw new MalformedFileException(path, Expected(options), record[column], record.Line, column + 1);
                }

                flat.Add(value);
            }
        }

        return rows == columns && rows > 0
            ? new(rows, [.. flat], options)
            : throw new MalformedFileException(
                path,
                "a square matrix of delays in milliseconds",
                string.Create(CultureInfo.InvariantCulture, $"{rows} rows of {columns}")
            );
    }

    private static bool IsDelay(double milliseconds, LatencyMatrixOptions options) =>
        milliseconds is <= 1e9 and >= -1e9 && (options.ClampNegative || milliseconds >= 0);

    private static string Expected(LatencyMatrixOptions options) =>
        options.ClampNegative ? "a delay in milliseconds, at most 1e9" : "a delay in milliseconds, 0 to 1e9";

    private void RequireSite(int site, string parameter)
    {
        if ((uint)site >= (uint)Sites)
        {
            throw new ArgumentOutOfRangeException(parameter, site, $"Sites are 0 to {Sites - 1}.");
        }
    }
}
