using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ResearchKit.Storage;

namespace ResearchKit.Merge;

/// <summary>
/// Merges checkpoints that need not fit in memory into a folder: headers are checked first, similarities found in one pass over the files, the plan made from them, then each block merged and written. Each
/// block is written whole or not at all beside the result; a merge that was killed goes on where it stopped, and the folder gets its name only when all of it stands. Inputs are never written to.
/// </summary>
public sealed partial class StreamingMerge
{
    private readonly ICheckpoint _base;
    private readonly IReadOnlyList<(string Task, ICheckpoint Model)> _tasks;
    private readonly CheckpointComparison _comparison;
    private readonly BlockDivision _division;
    private readonly IMergeAlgorithm _algorithm;
    private readonly StreamingMergeOptions _options;
    private readonly SizeAccounting _accounting;
    private readonly ILogger _logger;

    /// <summary>Checks everything that headers tell.</summary>
    /// <param name="base">The base; stays the caller's.</param>
    /// <param name="tasks">The tasks and their models; stay the caller's.</param>
    /// <param name="comparison">The tensors; see <see cref="CheckpointComparison.Of"/>.</param>
    /// <param name="division">The blocks of the tensors to merge.</param>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="logger">Is told of resumed work.</param>
    /// <exception cref="ArgumentException">Tasks repeat, the algorithm cannot merge so many, or a size out of range.</exception>
    public StreamingMerge(
        ICheckpoint @base,
        IReadOnlyList<(string Task, ICheckpoint Model)> tasks,
        CheckpointComparison comparison,
        BlockDivision division,
        IMergeAlgorithm algorithm,
        StreamingMergeOptions? options = null,
        ILogger? logger = null
    )
    {
        ArgumentNullException.ThrowIfNull(@base);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(comparison);
        ArgumentNullException.ThrowIfNull(division);
        ArgumentNullException.ThrowIfNull(algorithm);
        TaskNames.Check([.. tasks.Select(t => t.Task)]);
        (_base, _tasks, _comparison, _division, _algorithm) = (@base, tasks, comparison, division, algorithm);
        _options = options ?? new StreamingMergeOptions();
        _logger = logger ?? NullLogger.Instance;
        _accounting = SizeAccounting.Of(algorithm, ParameterBits(comparison));
        double least = algorithm.Traits.MaximumGroup is null ? _accounting.Minimum(tasks.Count) : 1;
        if (!(_options.Size >= least && _options.Size <= tasks.Count))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                _options.Size,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A size of {_options.Size} models cannot be reached by {algorithm.Name}: allowed is from {least} to {tasks.Count}."
                )
            );
        }
        if (algorithm.Traits.MaximumGroup is { } most && most < tasks.Count && _options.Size < (double)tasks.Count / most)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{algorithm.Name} merges at most {most} models; {tasks.Count} tasks at {_options.Size}x would need larger groups."
                ),
                nameof(algorithm)
            );
        }
        Vectors = new CheckpointVectors(@base, tasks, division.Blocks);
    }

    /// <summary>The task vectors on disk.</summary>
    public CheckpointVectors Vectors { get; }

    /// <summary>Finds similarities and makes the plan; nothing is written.</summary>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ResearchKitException">RK6301: values are not finite; RK6302: the memory limit is too small.</exception>
    public async Task<MergePlan> PlanAsync(IProgress<MergeProgress>? progress = null, CancellationToken ct = default) =>
        await Task.Run(() => Prepare(progress, ct).Plan, ct);

    /// <summary>Merges into a folder.</summary>
    /// <param name="output">The folder; it must not be there yet.</param>
    /// <param name="companions">For each task and for <c>base</c>, files to carry over.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="ct">Cancels; what is done stays, and is taken up by the next run.</param>
    /// <exception cref="ArgumentException">The folder is there already, or is an input.</exception>
    /// <exception cref="ResearchKitException">
    /// RK3001: the disk is full; RK6301: values are not finite; RK6302: the memory limit is too small; RK6304: an unfinished merge of other inputs or options is in the way.
    /// </exception>
    public async Task<MergeManifest> RunAsync(
        string output,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? companions = null,
        IProgress<MergeProgress>? progress = null,
        CancellationToken ct = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        RequireFree(output);
        if (!_options.TakeBaseIntegers)
        {
            _comparison.RequireSharedEqual(_base, _tasks, ct);
        }
        MergeInput[] inputs = await InputsAsync(ct);
        string job = JobHash(inputs);
        string work = WorkFolder(output);
        await BeginAsync(work, job, ct);
        (MergePlan plan, IPreparation? preparation) = await Task.Run(() => Prepare(progress, ct), ct);
        Partition partition = plan.AtSize(_options.Size);
        FlexModel.RequireGroups(partition, _division, _algorithm);
        MemoryNeed.Require(_division, partition, _algorithm, _tasks.Count, _options.Memory);

        BlockWriter writer = new(_base, _tasks, Vectors, _algorithm, preparation);
        List<StoredBlockInfo> blocks = [];
        HashSet<string> notes = [.. ZeroTasks(plan)];
        long done = 0;
        for (int block = 0; block < _division.Blocks.Count; block++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"blocks-{block + 1:00000}.safetensors");
            string path = Path.Combine(work, name);
            blocks.Add(
                new StoredBlockInfo(
                    _division.Blocks[block].Name,
                    name,
                    _division.Blocks[block].Tensors,
                    writer.Forms(partition.Groups[block])
                )
            );
            // A file under its own name is whole: it was renamed when all of it stood.
            if (!File.Exists(path))
            {
                notes.UnionWith(await writer.WriteAsync(path, block, partition.Groups[block], ct));
            }
            else
            {
                LogResumed(_logger, name);
            }
            progress?.Report(new MergeProgress("merging", done += _division.Blocks[block].Length, _division.Length));
        }
        await writer.WriteRestAsync(work, _comparison, _division.Kept, ct);
        CopyCompanions(work, companions);
        MergeManifest manifest = Manifest(plan, partition, blocks, inputs, notes, work);
        await AtomicFile.WriteTextAsync(Path.Combine(work, "README.md"), ModelCard.Of(manifest), ct);
        await AtomicFile.WriteTextAsync(
            Path.Combine(work, MergeManifest.FileName),
            JsonSerializer.Serialize(manifest, MergeManifest.Json),
            ct
        );
        File.Delete(Path.Combine(work, JobFile));
        Directory.Move(work, output);
        return manifest;
    }

    private (MergePlan Plan, IPreparation? Preparation) Prepare(IProgress<MergeProgress>? progress, CancellationToken ct)
    {
        MemoryNeed.Require(
            _division,
            Partition.Singletons(_division.Blocks.Count, _tasks.Count),
            _algorithm,
            _tasks.Count,
            _options.Memory
        );
        bool fixedOrder = _options.Plan.Order is MergeOrder.LeftRight or MergeOrder.RightLeft;
        if (fixedOrder || _options.Plan.Compared == ComparedVectors.Merged || _options.Plan.Measure != SimilarityMeasure.Cosine)
        {
            long bytes =
                (_tasks.Count + 1L)
                * _division.Blocks.Sum(block => (long)block.Length)
                * sizeof(float)
                * (1 + _algorithm.Traits.WorkingCopies);
            if (bytes > _options.Memory.Bytes)
            {
                throw new ResearchKitException(
                    MergeErrors.MemoryLimit,
                    $"This order compares merged vectors, for which all models are held: {new ByteSize(bytes)}; the limit is {_options.Memory}.",
                    "Allow more memory, or take the greedy order by the members' cosine."
                );
            }
            TaskVectors inMemory = TaskVectors.Load(Vectors, ct);
            IPreparation? found = _algorithm.Prepare(inMemory, ct);
            return (MergePlanner.Plan(inMemory, _division, _algorithm, _options.Plan, _accounting, found, ct), found);
        }
        IPreparation? preparation = _algorithm.Prepare(Vectors, ct);
        SimilarityMatrix[] similarities = BlockSimilarities.Of(
            Vectors,
            _algorithm.Traits.SelectsPrepared ? preparation : null,
            progress is null ? null : new ElementProgress(progress, _division.Length),
            ct
        );
        return (MergePlanner.Plan(Vectors.Tasks, _division, similarities, _accounting, _options.Plan, ct), preparation);
    }

    private MergeManifest Manifest(
        MergePlan plan,
        Partition partition,
        List<StoredBlockInfo> blocks,
        MergeInput[] inputs,
        IEnumerable<string> notes,
        string work
    ) =>
        new()
        {
            Tasks = plan.Tasks,
            Algorithm = _algorithm.ToString()!,
            RequestedSize = _options.Size,
            Size = partition.Size(_division, _accounting, plan.Tasks.Count),
            SizeBesideBase = partition.Size(_division, _accounting, plan.Tasks.Count, baseShipped: true),
            Bytes = BlockWriter.StoredBytes(work),
            Blocks = blocks,
            Accounting = _accounting,
            Types = _comparison.Merged.ToDictionary(t => t.Name, t => t.Type),
            Shapes = _comparison.Merged.ToDictionary(t => t.Name, t => t.Shape),
            Plan = _options.Plan,
            Inputs = inputs,
            Notes = [.. notes.Order(StringComparer.Ordinal)],
        };

    private static IEnumerable<string> ZeroTasks(MergePlan plan) =>
        plan.Steps.Count > 0 && plan.Steps.All(step => step.Similarity == 0)
            ? ["Every similarity is zero: all tasks but one, at most, equal the base."]
            : [];

    private static int ParameterBits(CheckpointComparison comparison)
    {
        var widths = comparison
            .Merged.GroupBy(t => Numerics.ElementTypes.Bytes(t.Type))
            .Select(g => (Bits: 8 * g.Key, Count: g.Sum(t => t.Count)))
            .ToArray();
        return widths.Length == 0
            ? throw new ArgumentException(
                "There is no tensor to merge: no floating-point tensor is common to all models.",
                nameof(comparison)
            )
            : Math.Min(32, widths.MaxBy(w => w.Count).Bits);
    }

    private sealed class ElementProgress(IProgress<MergeProgress> progress, long total) : IProgress<long>
    {
        public void Report(long value) => progress.Report(new MergeProgress("comparing", value, total));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} stands already; the merge goes on after it")]
    private static partial void LogResumed(ILogger logger, string file);

    private string JobHash(MergeInput[] inputs)
    {
        string text = JsonSerializer.Serialize(
            new
            {
                Version = 1,
                Algorithm = _algorithm.ToString(),
                _options.Size,
                _options.Plan,
                Blocks = _division.Blocks.Select(block => new { block.Name, block.Tensors }),
                Kept = _division.Kept,
                Inputs = inputs,
                Times = _tasks
                    .Select(t => t.Model)
                    .Prepend(_base)
                    .SelectMany(model => model.Files)
                    .Select(file => File.GetLastWriteTimeUtc(file).Ticks),
            },
            MergeManifest.Json
        );
        return Checksum.Sha256(Encoding.UTF8.GetBytes(text));
    }
}
