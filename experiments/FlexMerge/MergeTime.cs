using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Merge;
using ResearchKit.Metrics;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>Time and memory of merging checkpoints on disk, beside reading and writing the same bytes by the same means.</summary>
[Experiment("flexmerge/merge-time", Paper = "arXiv:2505.23209", Shows = "Time and memory of merging checkpoints on disk")]
public sealed class MergeTime : Experiment<MergeTime.Options, MergeTime.Cell, MergeTime.Row>
{
    private static readonly (string Algorithm, int Passes)[] Compared = [("average", 2), ("ties", 4), ("emr", 2)];

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The width of the transformer.</summary>
        [Range(48, 768)]
        [Description("the width of the transformer: 768 is ViT-B/32, 87.8 million parameters")]
        public int Width { get; init; } = 96;

        /// <summary>The number of tasks.</summary>
        [Range(8, 60)]
        [Description("the number of tasks")]
        public int Tasks { get; init; } = 8;

        /// <summary>The size, in models.</summary>
        [Range(1.0, 60.0)]
        [Description("the size, in models; masks take at least 2 + M/32")]
        public double Size { get; init; } = 2.25;
    }

    /// <summary>One algorithm.</summary>
    /// <param name="Algorithm">Its name.</param>
    /// <param name="Seed">The seed of the checkpoints.</param>
    [Timing(WarmUp = 0, Repeats = 1)]
    public sealed record Cell(string Algorithm, int Seed);

    /// <summary>What was measured.</summary>
    /// <param name="ModelMiB">The size of one checkpoint, in MiB.</param>
    /// <param name="MergeSeconds">The time of the merge.</param>
    /// <param name="RawSeconds">The time of reading the inputs once a pass and writing as many bytes as the result has.</param>
    /// <param name="PeakMiB">The largest resident memory of the process during the merge, in MiB; 0 where the system does not tell.</param>
    public sealed record Row(double ModelMiB, double MergeSeconds, double RawSeconds, double PeakMiB);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new Options()
            : new Options
            {
                Width = 768,
                Tasks = 30,
                Size = 3,
            };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        Compared.SelectMany(c => options.Seeds.Select(seed => new Cell(c.Algorithm, seed)));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string folder = Path.Combine(UserCache.Folder, "flexmerge", $"merge-time-{Environment.ProcessId}-{cell.Algorithm}-{cell.Seed}");
        Directory.CreateDirectory(folder);
        try
        {
            yield return await MeasureAsync(folder, cell, context, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Row> MeasureAsync(string folder, Cell cell, CellContext<Options> context, CancellationToken cancellationToken)
    {
        Options options = context.Options;
        long parameters = SyntheticCheckpoints.Tensors(options.Width).Sum(t => t.Shape.Aggregate(1L, (a, b) => a * b));
        long need = parameters * sizeof(float) * (options.Tasks + 1 + (long)Math.Ceiling(options.Size) * 2);
        long free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < need)
        {
            throw new ResearchKitException(
                ErrorCodes.WriteFailed,
                $"The checkpoints need {new ByteSize(need)} in {folder}; {new ByteSize(free)} are free.",
                "Free space, or set Width or Tasks lower."
            );
        }
        IReadOnlyList<string> paths = await SyntheticCheckpoints.WriteAsync(
            folder,
            options.Width,
            options.Tasks,
            context.Random("checkpoints"),
            cancellationToken
        );
        using SafetensorsCheckpoint start = SafetensorsCheckpoint.Open(paths[0]);
        (string, ICheckpoint)[] tasks =
        [
            .. paths.Skip(1).Select(path => (Path.GetFileNameWithoutExtension(path), (ICheckpoint)SafetensorsCheckpoint.Open(path))),
        ];
        try
        {
            CheckpointComparison comparison = CheckpointComparison.Of(start, tasks);
            BlockDivision division = BlockLayouts.ClipVitB32.Divide(comparison.Merged.Select(t => (t.Name, t.Shape)));
            StreamingMergeOptions merge = new() { Size = options.Size, HashInputs = false };
            StreamingMerge streaming = new(start, tasks, comparison, division, MergeAlgorithms.Known.Create(cell.Algorithm), merge);
            ResetPeak();
            long clock = Stopwatch.GetTimestamp();
            await streaming.RunAsync(Path.Combine(folder, "merged"), cancellationToken: cancellationToken);
            double mergeSeconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            double peak = PeakMiB();
            long written = Directory.EnumerateFiles(Path.Combine(folder, "merged")).Sum(path => new FileInfo(path).Length);
            int passes = Compared.First(c => c.Algorithm == cell.Algorithm).Passes;
            double raw = await Task.Run(
                () => RawSeconds(paths, passes, written, Path.Combine(folder, "raw"), cancellationToken),
                cancellationToken
            );
            return new Row(parameters * sizeof(float) / 1048576.0, mergeSeconds, raw, peak);
        }
        finally
        {
            foreach ((_, ICheckpoint model) in tasks)
            {
                model.Dispose();
            }
        }
    }

    private static double RawSeconds(
        IReadOnlyList<string> paths,
        int passes,
        long written,
        string output,
        CancellationToken cancellationToken
    )
    {
        byte[] buffer = new byte[1 << 18];
        long clock = Stopwatch.GetTimestamp();
        for (int pass = 0; pass < passes; pass++)
        {
            foreach (string path in paths)
            {
                using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
                long length = RandomAccess.GetLength(file);
                for (long at = 0; at < length; )
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    at += RandomAccess.Read(file, buffer, at);
                }
            }
        }
        AtomicFile.Write(
            output,
            stream =>
            {
                for (long left = written; left > 0; left -= buffer.Length)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    stream.Write(buffer, 0, (int)Math.Min(left, buffer.Length));
                }
            }
        );
        return Stopwatch.GetElapsedTime(clock).TotalSeconds;
    }

    // Linux keeps the largest resident size, and forgets it on request; elsewhere nothing is said.
    private static void ResetPeak()
    {
        GC.Collect();
        if (OperatingSystem.IsLinux() && File.Exists("/proc/self/clear_refs"))
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }

    private static double PeakMiB() =>
        OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
            ? double.Parse(
                line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
                System.Globalization.CultureInfo.InvariantCulture
            ) / 1024
            : 0;

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows) =>
        [
            new Figure
            {
                Id = "merge-time",
                Title = "Time of merging checkpoints on disk",
                Caption =
                    "Beside reading the inputs once a pass and writing the result's bytes. The authors' 20 s for all sizes of 30 tasks were on an A100 with everything in memory.",
                X = new Axis("algorithm") { Scale = AxisScale.Category, Categories = [.. Compared.Select(c => c.Algorithm)] },
                Y = new Axis("time", "s"),
                Series = [Bars("merge", rows, r => r.MergeSeconds), Bars("read and write", rows, r => r.RawSeconds)],
                Provenance = new Provenance(DataOrigin.Generated),
            },
        ];

    private static Series Bars(string name, IReadOnlyList<Measured<Cell, Row>> rows, Func<Row, double> value) =>
        new(
            name,
            SeriesKind.Bar,
            [
                .. Compared
                    .Select((c, i) => (i, Values: rows.Where(r => r.Cell.Algorithm == c.Algorithm).Select(r => value(r.Row)).ToArray()))
                    .Where(x => x.Values.Length > 0)
                    .Select(x => new SeriesPoint(x.i, x.Values.Average())),
            ]
        );

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        foreach ((string algorithm, int passes) in Compared)
        {
            Row[] own = [.. rows.Where(r => r.Cell.Algorithm == algorithm).OrderBy(r => r.Cell.Seed).Select(r => r.Row)];
            yield return Claim
                .Ratio(
                    $"time-{algorithm}",
                    $"Merging by {algorithm} takes little longer than reading the inputs {passes} times and writing the result"
                )
                .StatedWithoutNumber(
                    "about 20 s for all sizes of 30 tasks on an A100, everything in memory; this bound is the library's own"
                )
                .Accept(atMost: 1.5)
                .Because("merging is bound by reading; similarities and sums should hide behind it")
                .On(DataOrigin.Generated)
                .OnTiming()
                .From(Scale.Full)
                .Measured(
                    own.Length == 0
                        ? null
                        : Intervals.PairedRatio(
                            [.. own.Select(r => r.MergeSeconds)],
                            [.. own.Select(r => r.RawSeconds)],
                            Stream($"time-{algorithm}")
                        )
                );
            yield return Claim
                .Value($"memory-{algorithm}", $"Merging by {algorithm} stays below 2 GiB of resident memory")
                .StatedWithoutNumber("not in the paper, whose program holds all models in memory")
                .In("MiB")
                .Accept(atMost: 2048)
                .Because("blocks are merged one at a time, under a limit that is checked before anything starts")
                .On(DataOrigin.Generated)
                .Measured(
                    own.Length == 0 || own.Any(r => r.PeakMiB == 0)
                        ? null
                        : Intervals.OfSeeds([.. own.Select(r => r.PeakMiB)], Stream($"memory-{algorithm}"))
                );
        }
    }

    private static RandomStream Stream(string claim) => RandomStream.Named("flexmerge/merge-time", claim, "bootstrap");
}
