using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>Devices from a file: a table of one's own, FedScale's capacity trace, or the AI benchmark of phones.</summary>
public static class DeviceTraceFile
{
    private const double SlowestScore = 105;
    private const double FastestScore = 4310;
    private const double SlowestMs = 199;
    private const double FastestMs = 15;

    /// <summary>Reads a table with the columns <c>computation_ms</c> and <c>bandwidth_kbps</c>; others are ignored.</summary>
    /// <exception cref="MalformedFileException">A column is missing, or a number is not positive; with file and line.</exception>
    public static async Task<IReadOnlyList<Device>> LoadTableAsync(
        string path,
        int bitsPerKilobit = 1000,
        CancellationToken cancellationToken = default
    )
    {
        List<Device> devices = [];
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, cancellationToken: cancellationToken))
        {
            devices.Add(
                Of(record.Number<double>("computation_ms"), record.Number<double>("bandwidth_kbps"), bitsPerKilobit, path, record.Line)
            );
        }

        return devices;
    }

    /// <summary>
    /// Reads FedScale's <c>client_device_capacity</c>: a pickled map of devices to <c>computation</c> (ms a sample) and <c>communication</c> (kbit/s). Only maps, lists, numbers and texts are read; a file that would run code is refused.
    /// </summary>
    /// <exception cref="MalformedFileException">It is something else.</exception>
    public static async Task<IReadOnlyList<Device>> LoadFedScaleAsync(
        string path,
        int bitsPerKilobit = 1000,
        CancellationToken cancellationToken = default
    )
    {
        object? root = PickledData.Read(await File.ReadAllBytesAsync(path, cancellationToken), path);
        if (root is not IReadOnlyDictionary<object, object?> map)
        {
            throw new MalformedFileException(path, "a map of devices", PickledData.Describe(root));
        }

        return
        [
            .. map.Values.Select(entry =>
                entry is IReadOnlyDictionary<object, object?> device
                && PickledData.Number(device.GetValueOrDefault("computation")) is { } computation
                && PickledData.Number(device.GetValueOrDefault("communication")) is { } communication
                    ? Of(computation, communication, bitsPerKilobit, path, null)
                    : throw new MalformedFileException(path, "a device with computation and communication", PickledData.Describe(entry))
            ),
        ];
    }

    /// <summary>
    /// Computation times in the shape of real phones: a power law takes the slowest score of the AI benchmark, 105, to 199 ms and the fastest, 4310, to 15 ms; bandwidths stay those of <paramref name="bandwidths"/>.
    /// </summary>
    /// <param name="path">The table, with a column <c>cpu_float_ai_score</c>.</param>
    /// <param name="bandwidths">Devices whose bandwidths are taken; each gets a phone at random.</param>
    /// <param name="stream">Draws the phones.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<IReadOnlyList<Device>> LoadAiBenchmarkAsync(
        string path,
        IReadOnlyList<Device> bandwidths,
        RandomStream stream,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(bandwidths);
        ArgumentNullException.ThrowIfNull(stream);
        List<double> times = [];
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, cancellationToken: cancellationToken))
        {
            double score = record.Number<double>("cpu_float_ai_score");
            times.Add(
                score > 0 ? ComputationOf(score) : throw new MalformedFileException(path, "a score above 0", $"{score}", record.Line)
            );
        }

        return times.Count == 0
            ? throw new MalformedFileException(path, "at least one device", "none")
            : [.. bandwidths.Select(d => d with { ComputationMs = times[stream.NextInt(times.Count)] })];
    }

    /// <summary>The computation time of a score, in milliseconds a sample.</summary>
    public static double ComputationOf(double score) =>
        Math.Clamp(
            SlowestMs * Math.Pow(score / SlowestScore, -Math.Log(SlowestMs / FastestMs) / Math.Log(FastestScore / SlowestScore)),
            FastestMs,
            SlowestMs
        );

    /// <summary>Draws so many devices: computation and bandwidth of the same one.</summary>
    /// <param name="devices">The trace.</param>
    /// <param name="count">How many.</param>
    /// <param name="stream">Draws them.</param>
    /// <param name="withReplacement">Whether a device may be drawn twice; needed where the trace is shorter.</param>
    /// <exception cref="ArgumentOutOfRangeException">The trace has fewer devices, and none may be drawn twice.</exception>
    public static IReadOnlyList<Device> Draw(IReadOnlyList<Device> devices, int count, RandomStream stream, bool withReplacement = false)
    {
        ArgumentNullException.ThrowIfNull(devices);
        ArgumentNullException.ThrowIfNull(stream);
        if (!withReplacement && count > devices.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count),
                count,
                $"The trace has {devices.Count} devices: draw at most so many, or with replacement."
            );
        }

        return withReplacement
            ? [.. Enumerable.Range(0, count).Select(_ => devices[stream.NextInt(devices.Count)])]
            : [.. stream.Sample(devices.Count, count).Select(i => devices[i])];
    }

    private static Device Of(double computationMs, double kilobits, int bitsPerKilobit, string path, long? line)
    {
        if (!(computationMs > 0 && double.IsFinite(computationMs)))
        {
            throw new MalformedFileException(path, "a computation time above 0 ms", $"{computationMs}", line);
        }

        return kilobits > 0 && double.IsFinite(kilobits)
            ? new(computationMs, Kilobits.ToBytes(kilobits, bitsPerKilobit))
            : throw new MalformedFileException(path, "a bandwidth above 0 kbit/s: a transfer would never end", $"{kilobits}", line);
    }
}
