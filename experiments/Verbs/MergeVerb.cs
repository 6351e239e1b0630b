using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Merge;
using ResearchKit.Storage;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>merge</c>: merge one's own fine-tuned models into one folder of any size between one model and all of them.</summary>
/// <param name="algorithms">The algorithms; null for those of the library.</param>
public sealed class MergeVerb(MergeAlgorithms? algorithms = null) : IVerb
{
    private readonly MergeAlgorithms _algorithms = algorithms ?? MergeAlgorithms.Known;

    /// <inheritdoc/>
    public Command Build(VerbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Command("merge", "Merge fine-tuned models into one folder of any size (FlexMerge)")
        {
            Plan(context),
            Run(context),
            Sweep(context),
            Inspect(context),
            Materialize(context),
        };
    }

    private Command Plan(VerbContext context)
    {
        MergeArguments arguments = new();
        Option<double> size = Size();
        Option<string?> output = new("--out") { Description = "Write the plan as JSON", HelpName = "file" };
        Option<bool> json = Json();
        Command command = new("plan", "Find similarities and show every size, without writing a model") { size, output, json };
        arguments.AddTo(command);
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                using OpenedMerge opened = OpenedMerge.Open(arguments.Read(a, a.GetValue(size)), _algorithms);
                MergePlan plan = await opened.Merge!.PlanAsync(cancellationToken: cancellationToken);
                if (a.GetValue(output) is { } file)
                {
                    await AtomicFile.WriteTextAsync(file, plan.ToJson(), cancellationToken);
                }
                Show(call, a.GetValue(json), plan, opened, a.GetValue(size));
                return ExitCode.Done;
            }
        );
    }

    private Command Run(VerbContext context)
    {
        MergeArguments arguments = new();
        Option<double> size = Size();
        Option<string> output = new("--out")
        {
            Description = "The folder to write; an unfinished merge into it is taken up",
            HelpName = "folder",
            Required = true,
        };
        Option<bool> dryRun = new("--dry-run") { Description = "Check everything and show the plan, but write nothing" };
        Option<bool> json = Json();
        Command command = new("run", "Merge into a folder") { size, output, dryRun, json };
        arguments.AddTo(command);
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                using OpenedMerge opened = OpenedMerge.Open(arguments.Read(a, a.GetValue(size)), _algorithms);
                if (a.GetValue(dryRun))
                {
                    Show(
                        call,
                        a.GetValue(json),
                        await opened.Merge!.PlanAsync(cancellationToken: cancellationToken),
                        opened,
                        a.GetValue(size)
                    );
                    return ExitCode.Done;
                }
                string folder = a.GetRequiredValue(output);
                MergeManifest manifest = await opened.Merge!.RunAsync(folder, opened.Companions(), cancellationToken: cancellationToken);
                MergeRunReport report = new(
                    folder,
                    manifest.RequestedSize,
                    manifest.Size,
                    manifest.SizeBesideBase,
                    manifest.Bytes,
                    manifest.Blocks.Count,
                    manifest.Blocks.Sum(block => block.Groups.Count),
                    manifest.Notes
                );
                if (a.GetValue(json))
                {
                    call.Results.Document(report);
                    return ExitCode.Done;
                }
                call.Results.Line(
                    $"{manifest.Tasks.Count} models in the size of {Text(report.Size)} (asked for {Text(report.RequestedSize)}), {new ByteSize(report.Bytes)}: {folder}"
                );
                call.Results.Line(
                    $"{report.Blocks} blocks, {report.StoredVersions} versions; beside the base {Text(report.SizeBesideBase)} models"
                );
                foreach (string remark in report.Notes)
                {
                    call.Note(remark);
                }
                return ExitCode.Done;
            }
        );
    }

    private Command Sweep(VerbContext context)
    {
        MergeArguments arguments = new();
        Option<string> sizes = new("--sizes")
        {
            Description = "The sizes: a list like 1,2,4, or first:last:step",
            HelpName = "sizes",
            Required = true,
        };
        Option<string> evaluate = new("--evaluate")
        {
            Description = "A command that is given {dir} and {task}, and prints {\"accuracy\": x} or a number as its last line",
            HelpName = "command",
            Required = true,
        };
        Option<double?> target = new("--accuracy-target")
        {
            Description = "Say the smallest size whose mean accuracy reaches this",
            HelpName = "x",
        };
        Option<int> limit = new("--timeout")
        {
            Description = "Seconds that one evaluation may take",
            HelpName = "s",
            DefaultValueFactory = _ => 3600,
        };
        Option<string> output = new("--out")
        {
            Description = "The folder of the models and of the curve; a sweep that was stopped goes on",
            HelpName = "folder",
            Required = true,
        };
        Option<bool> json = Json();
        Command command = new("sweep", "Merge at several sizes and draw your own evaluator's accuracy over size")
        {
            sizes,
            evaluate,
            target,
            limit,
            output,
            json,
        };
        arguments.AddTo(command);
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                TaskEvaluator evaluator = new(a.GetRequiredValue(evaluate), TimeSpan.FromSeconds(a.GetValue(limit)));
                IReadOnlyList<double> wanted = MergeArguments.Sizes(a.GetRequiredValue(sizes));
                MergeSweep sweep = new(arguments.Read(a, wanted[0]), _algorithms, evaluator, a.GetRequiredValue(output));
                IReadOnlyList<SweepPoint> points = await sweep.RunAsync(wanted, call.Note, cancellationToken);
                double? reached = a.GetValue(target) is { } aim
                    ? points.Where(p => p.Mean >= aim).Select(p => (double?)p.Size).Min()
                    : null;
                if (a.GetValue(json))
                {
                    call.Results.Document(new SweepReport(points, reached));
                }
                else
                {
                    ResultTable table = new ResultTable("size", "mean accuracy").Right(0, 1);
                    foreach (SweepPoint point in points)
                    {
                        table.Add(Text(point.Size), point.Mean.ToString("0.####", CultureInfo.InvariantCulture));
                    }
                    call.Results.Table(table);
                    call.Results.Line($"curve.csv and curve.svg: {a.GetRequiredValue(output)}");
                }
                if (a.GetValue(target) is { } asked && reached is null)
                {
                    call.Note(string.Create(CultureInfo.InvariantCulture, $"No size reaches {asked}."));
                    return ExitCode.Failed;
                }
                return ExitCode.Done;
            },
            parsed => parsed.GetValue(limit) < 1 ? ["--timeout is at least 1 second."] : []
        );
    }

    private static Command Inspect(VerbContext context)
    {
        Argument<string> path = new("path") { Description = "A merged folder, or a model", HelpName = "path" };
        Option<bool> json = Json();
        Command command = new("inspect", "Say what a merged folder or a model holds") { path, json };
        return context.Handle(
            command,
            (call, cancellationToken) =>
            {
                string where = call.Arguments.GetRequiredValue(path);
                bool asJson = call.Arguments.GetValue(json);
                if (File.Exists(Path.Combine(where, MergeManifest.FileName)))
                {
                    using MergedModel model = MergedModel.Open(where);
                    ShowMerged(call, asJson, model.Manifest);
                }
                else
                {
                    ShowCheckpoint(call, asJson, where);
                }
                return Task.FromResult(ExitCode.Done);
            }
        );
    }

    private static Command Materialize(VerbContext context)
    {
        Argument<string> merged = new("folder") { Description = "A merged folder", HelpName = "folder" };
        Option<string> task = new("--task")
        {
            Description = "The task",
            HelpName = "name",
            Required = true,
        };
        Option<string> output = new("--out")
        {
            Description = "The folder to write",
            HelpName = "folder",
            Required = true,
        };
        Option<bool> json = Json();
        Command command = new("materialize", "Write an ordinary model of one task") { merged, task, output, json };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                using MergedModel model = MergedModel.Open(a.GetRequiredValue(merged));
                int number = model.Task(a.GetRequiredValue(task));
                await model.MaterializeAsync(number, a.GetRequiredValue(output), cancellationToken);
                MergeMaterializeReport report = new(a.GetRequiredValue(output), a.GetRequiredValue(task), model.Tensors(number).Count);
                if (a.GetValue(json))
                {
                    call.Results.Document(report);
                }
                else
                {
                    call.Results.Line($"{report.Task}, {report.Tensors} tensors: {report.Folder}");
                }
                return ExitCode.Done;
            }
        );
    }

    private static void Show(Call call, bool json, MergePlan plan, OpenedMerge opened, double size)
    {
        MergeSizeLine Line(double wanted)
        {
            int steps = plan.StepsFor(wanted);
            return new MergeSizeLine(
                wanted,
                plan.SizeAfter(steps),
                steps,
                plan.After(steps).Groups.Sum(groups => groups.Count),
                plan.Tasks.Count / plan.SizeAfter(steps)
            );
        }

        double[] sizes =
        [
            plan.MinimumSize,
            .. Enumerable.Range(1, plan.Tasks.Count).Select(i => (double)i).Where(s => s > plan.MinimumSize),
        ];
        Partition at = plan.AtSize(Math.Max(size, plan.MinimumSize));
        MergePlanReport report = new(
            plan.Tasks,
            opened.Algorithm!.ToString()!,
            plan.Blocks.Count,
            plan.Lengths.Sum() + plan.KeptLength,
            plan.MinimumSize,
            [.. sizes.Select(Line)],
            [
                .. plan.Blocks.Select(
                    (block, i) =>
                        new MergeBlockLine(
                            block,
                            plan.Lengths[i],
                            [.. at.Groups[i].Select(group => group.Select(task => plan.Tasks[task]).ToArray())]
                        )
                ),
            ]
        );
        if (json)
        {
            call.Results.Document(report);
            return;
        }
        call.Results.Line(
            $"{report.Tasks.Count} tasks, {report.Blocks} blocks, {report.Parameters.ToString("N0", CultureInfo.InvariantCulture)} parameters, {report.Algorithm}"
        );
        ResultTable table = new ResultTable("size asked for", "size", "steps", "versions stored", "compression").Right(0, 1, 2, 3, 4);
        foreach (MergeSizeLine line in report.Sizes)
        {
            table.Add(Text(line.Requested), Text(line.Size), Text(line.Steps), Text(line.StoredVersions), Text(line.Compression));
        }
        call.Results.Table(table);
        ResultTable blocks = new ResultTable("block", "parameters", $"groups at {Text(size)}").Right(1);
        foreach (MergeBlockLine line in report.AtSize)
        {
            blocks.Add(line.Block, Text(line.Parameters), string.Join(" | ", line.Groups.Select(group => string.Join(' ', group))));
        }
        call.Results.Table(blocks);
    }

    private static void ShowMerged(Call call, bool json, MergeManifest manifest)
    {
        if (json)
        {
            call.Results.Document(manifest);
            return;
        }
        call.Results.Line($"{manifest.Tasks.Count} tasks ({string.Join(", ", manifest.Tasks)}), {manifest.Algorithm}");
        call.Results.Line($"size {Text(manifest.Size)} models, {new ByteSize(manifest.Bytes)}");
        ResultTable table = new("block", "groups");
        foreach (StoredBlockInfo block in manifest.Blocks)
        {
            table.Add(
                block.Name,
                string.Join(" | ", block.Groups.Select(group => string.Join(' ', group.Tasks.Select(task => manifest.Tasks[task]))))
            );
        }
        call.Results.Table(table);
    }

    private static void ShowCheckpoint(Call call, bool json, string path)
    {
        using ICheckpoint model = ModelPath.Open(path);
        TensorInfo[] tensors = [.. model.Tensors.Values];
        TensorInfo[] mergeable = [.. tensors.Where(t => t.IsMergeable)];
        BlockDivision? division = mergeable.Length == 0 ? null : InferredLayout.Divide(mergeable.Select(t => (t.Name, t.Shape)));
        CheckpointReport report = new(
            model.Path,
            tensors.Length,
            tensors.Sum(t => t.Count),
            tensors.Sum(t => t.Bytes),
            [.. (division?.Blocks ?? []).Select(block => new MergeBlockLine(block.Name, block.Length, []))]
        );
        if (json)
        {
            call.Results.Document(report);
            return;
        }
        call.Results.Line(
            $"{report.Path}: {report.Tensors} tensors, {report.Parameters.ToString("N0", CultureInfo.InvariantCulture)} elements, {new ByteSize(report.Bytes)}"
        );
        ResultTable table = new ResultTable("block", "parameters").Right(1);
        foreach (MergeBlockLine line in report.Blocks)
        {
            table.Add(line.Block, Text(line.Parameters));
        }
        call.Results.Table(table);
    }

    private static Option<double> Size() =>
        new("--size")
        {
            Description = "The size, in models: 1 is one model, the number of tasks is all of them",
            HelpName = "x",
            DefaultValueFactory = _ => 1,
        };

    private static Option<bool> Json() => new("--json") { Description = "Answer with one JSON document" };

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
