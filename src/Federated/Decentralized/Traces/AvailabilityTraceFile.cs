using System.Globalization;
using System.Text;
using System.Text.Json;
using ResearchKit.Data;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>Presence from a file: a table of intervals of one's own, or FedScale's behaviour trace.</summary>
public static class AvailabilityTraceFile
{
    /// <summary>Reads a table with the columns <c>node</c> (a number from 0), <c>from_s</c> and <c>to_s</c>: when a node is there. A node that does not occur is never there.</summary>
    /// <exception cref="MalformedFileException">Intervals of a node are not in order, overlap, or end before they begin; with file and line.</exception>
    public static async Task<IntervalAvailability> LoadTableAsync(string path, CancellationToken cancellationToken = default)
    {
        List<List<(double, double)>> nodes = [];
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, cancellationToken: cancellationToken))
        {
            int node = record.Number<int>("node");
            (double from, double to) = (record.Number<double>("from_s"), record.Number<double>("to_s"));
            if (node is < 0 or > 10_000_000)
            {
                throw new MalformedFileException(path, "a node from 0 on", $"{node}", record.Line);
            }

            while (nodes.Count <= node)
            {
                nodes.Add([]);
            }

            double least = nodes[node].Count == 0 ? 0 : nodes[node][^1].Item2;
            bool isFirst = nodes[node].Count == 0;
            if (!(from >= least && (isFirst || from > least) && to > from && double.IsFinite(to)))
            {
                throw new MalformedFileException(
                    path,
                    string.Create(CultureInfo.InvariantCulture, $"an interval of node {node} after {least} s that ends after it begins"),
                    string.Create(CultureInfo.InvariantCulture, $"{from} to {to}"),
                    record.Line
                );
            }

            nodes[node].Add((from, to));
        }

        return nodes.Count == 0
            ? throw new MalformedFileException(path, "at least one interval", "none")
            : IntervalAvailability.OfIntervals(nodes);
    }

    /// <summary>
    /// Reads FedScale's <c>client_behave_trace</c>, pickled or as JSON: for each device the seconds at which it becomes <c>active</c> and <c>inactive</c>, and <c>finish_time</c>, after which it repeats. A device is there at the start if
    /// it becomes active at 0 or inactive first.
    /// </summary>
    /// <param name="path">The file; <c>.json</c> or pickled.</param>
    /// <param name="normalise">Whether times out of order or beyond the end are put right; otherwise they are an error.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">A trace is not as it should be.</exception>
    public static async Task<IntervalAvailability> LoadFedScaleAsync(
        string path,
        bool normalise = false,
        CancellationToken cancellationToken = default
    )
    {
        byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        List<(double[] Active, double[] Inactive, double Finish)> devices = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? FromJson(bytes, path)
            : FromPickle(bytes, path);
        if (devices.Count == 0)
        {
            throw new MalformedFileException(path, "at least one device", "none");
        }

        double period = devices.Max(d => d.Finish);
        List<bool> atStart = [];
        List<PresenceChange[]> changes = [];
        foreach ((int i, (double[] active, double[] inactive, double finish)) in devices.Index())
        {
            (bool isOn, PresenceChange[] own) = Changes(active, inactive, finish, i, normalise, path);
            atStart.Add(isOn);
            changes.Add(own);
        }

        return new(atStart, changes, VirtualTime.FromSeconds(period));
    }

    private static (bool AtStart, PresenceChange[] Changes) Changes(
        double[] active,
        double[] inactive,
        double finish,
        int device,
        bool normalise,
        string path
    )
    {
        if (!normalise)
        {
            bool isSound =
                active.Length == inactive.Length
                && active.Length > 0
                && IsAscending(active)
                && IsAscending(inactive)
                && Math.Max(active[^1], inactive[^1]) < finish
                && Math.Min(active[0], inactive[0]) >= 0;
            if (!isSound)
            {
                throw new MalformedFileException(
                    path,
                    "ascending times, as many active as inactive ones, all before finish_time",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"device {device} with {active.Length} and {inactive.Length} times, finish_time {finish}"
                    )
                );
            }
        }

        bool isOn = inactive.Length > 0 && (active.Length == 0 || inactive.Min() < active.Min() || active.Min() == 0);
        List<PresenceChange> changes = [];
        bool state = isOn;
        foreach (
            (double time, bool on) in active
                .Select(t => (t, true))
                .Concat(inactive.Select(t => (t, false)))
                .Where(c => c.t > 0 && c.t < finish)
                .OrderBy(c => c.t)
        )
        {
            if (on != state && (changes.Count == 0 || VirtualTime.FromSeconds(time) > changes[^1].At))
            {
                changes.Add(new(VirtualTime.FromSeconds(time), on));
                state = on;
            }
        }

        return (isOn, [.. changes]);
    }

    private static bool IsAscending(double[] times) => times.Zip(times.Skip(1)).All(pair => pair.First < pair.Second);

    private static List<(double[], double[], double)> FromJson(byte[] bytes, string path)
    {
        try
        {
            int mark = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            using JsonDocument document = JsonDocument.Parse(bytes.AsMemory(mark));
            return
            [
                .. document
                    .RootElement.EnumerateObject()
                    .Select(device =>
                        (
                            Times(device.Value.GetProperty("active")),
                            Times(device.Value.GetProperty("inactive")),
                            device.Value.GetProperty("finish_time").GetDouble()
                        )
                    ),
            ];
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new MalformedFileException(path, "a map of devices to active, inactive and finish_time", problem.Message);
        }
    }

    private static double[] Times(JsonElement array) => [.. array.EnumerateArray().Select(t => t.GetDouble())];

    private static List<(double[], double[], double)> FromPickle(byte[] bytes, string path)
    {
        object? root = PickledData.Read(bytes, path);
        if (root is not IReadOnlyDictionary<object, object?> map)
        {
            throw new MalformedFileException(path, "a map of devices", PickledData.Describe(root));
        }

        return
        [
            .. map.Values.Select(entry =>
                entry is IReadOnlyDictionary<object, object?> device
                && device.GetValueOrDefault("active") is List<object?> active
                && device.GetValueOrDefault("inactive") is List<object?> inactive
                && PickledData.Number(device.GetValueOrDefault("finish_time")) is { } finish
                    ? (Times(active, path), Times(inactive, path), finish)
                    : throw new MalformedFileException(path, "a device with active, inactive and finish_time", PickledData.Describe(entry))
            ),
        ];
    }

    private static double[] Times(List<object?> times, string path) =>
        [.. times.Select(t => PickledData.Number(t) ?? throw new MalformedFileException(path, "a time", PickledData.Describe(t)))];
}
