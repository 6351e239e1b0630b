using System.Globalization;
using System.Text;
using System.Text.Json;
using ResearchKit.Experiments;
using ResearchKit.Merge;
using ResearchKit.Storage;

namespace ResearchKit.Papers.Verbs;

/// <summary>Merges at several sizes and evaluates each task of each; what was evaluated is kept beside the curve, so that a sweep that was stopped goes on.</summary>
internal sealed class MergeSweep(MergeRequest request, MergeAlgorithms algorithms, TaskEvaluator evaluator, string output)
{
    private const string CacheFile = "accuracies.json";

    public async Task<IReadOnlyList<SweepPoint>> RunAsync(
        IReadOnlyList<double> sizes,
        Action<string>? note,
        CancellationToken cancellationToken
    )
    {
        Directory.CreateDirectory(output);
        Dictionary<string, double> known = await ReadAsync(cancellationToken);
        List<SweepPoint> points = [];
        foreach (double size in sizes)
        {
            using OpenedMerge opened = OpenedMerge.Open(request with { Options = request.Options with { Size = size } }, algorithms);
            string merged = Path.Combine(output, string.Create(CultureInfo.InvariantCulture, $"size-{size:0.####}"));
            if (!Directory.Exists(merged))
            {
                await opened.Merge!.RunAsync(merged, opened.Companions(), cancellationToken: cancellationToken);
            }
            using MergedModel model = MergedModel.Open(merged);
            if (!await opened.Merge!.IsResultAsync(model.Manifest, cancellationToken))
            {
                throw new ResearchKitException(
                    MergeErrors.OtherMerge,
                    $"{merged} was merged of other inputs or with other options.",
                    "Name another folder for this sweep, or remove that one."
                );
            }
            Dictionary<string, double> accuracies = new(StringComparer.Ordinal);
            for (int task = 0; task < model.Manifest.Tasks.Count; task++)
            {
                string name = model.Manifest.Tasks[task];
                string key = Key(model.Manifest, task);
                if (!known.TryGetValue(key, out double accuracy))
                {
                    string folder = Path.Combine(output, $"now-{name}");
                    Clear(folder);
                    await model.MaterializeAsync(task, folder, cancellationToken);
                    known[key] = accuracy = await evaluator.AccuracyAsync(folder, name, cancellationToken);
                    Clear(folder);
                    await AtomicFile.WriteTextAsync(Path.Combine(output, CacheFile), JsonSerializer.Serialize(known), cancellationToken);
                }
                accuracies[name] = accuracy;
            }
            points.Add(new SweepPoint(size, model.Manifest.Size, accuracies, accuracies.Values.Average()));
            note?.Invoke(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{size:0.###}x (reached {model.Manifest.Size:0.###}x): {accuracies.Values.Average():0.####}"
                )
            );
        }
        await WriteCurveAsync(points, cancellationToken);
        return points;
    }

    // A task's model is decided by the inputs, the algorithm and the groups it is in, block by block: sizes at which these are equal share one evaluation.
    private static string Key(MergeManifest manifest, int task)
    {
        StringBuilder text = new();
        text.Append(JsonSerializer.Serialize(manifest.Inputs)).Append(manifest.Algorithm).Append(manifest.Tasks[task]);
        foreach (StoredBlockInfo block in manifest.Blocks)
        {
            StoredGroup group = block.Groups.First(g => g.Tasks.Contains(task));
            text.Append(CultureInfo.InvariantCulture, $"|{block.Name}:{string.Join(',', group.Tasks)}{group.Form}");
        }
        return $"{manifest.Tasks[task]}-{Checksum.Sha256(Encoding.UTF8.GetBytes(text.ToString()))[..24]}";
    }

    private async Task<Dictionary<string, double>> ReadAsync(CancellationToken cancellationToken)
    {
        string path = Path.Combine(output, CacheFile);
        if (!File.Exists(path))
        {
            return new Dictionary<string, double>(StringComparer.Ordinal);
        }
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, double>>(await File.ReadAllTextAsync(path, cancellationToken)) ?? [];
        }
        catch (JsonException e)
        {
            throw new MalformedFileException(path, "accuracies by task", e.Message, innerException: e);
        }
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task WriteCurveAsync(IReadOnlyList<SweepPoint> points, CancellationToken cancellationToken)
    {
        StringBuilder csv = new("RequestedSize,Size,Task,Accuracy\n");
        foreach (SweepPoint point in points)
        {
            foreach ((string task, double accuracy) in point.Accuracies)
            {
                csv.Append(CultureInfo.InvariantCulture, $"{point.Requested},{point.Size},{task},{accuracy}\n");
            }
        }
        await AtomicFile.WriteTextAsync(Path.Combine(output, "curve.csv"), csv.ToString(), cancellationToken);
        Figure figure = new()
        {
            Id = "curve",
            Title = "Accuracy over size",
            X = new Axis("size", "models"),
            Y = new Axis("accuracy"),
            Series =
            [
                new Series(
                    request.Algorithm,
                    SeriesKind.Line,
                    [.. points.OrderBy(p => p.Size).Select(p => new SeriesPoint(p.Size, p.Mean))]
                ),
            ],
        };
        await new ScottPlotRenderer().RenderAsync(figure, output, cancellationToken);
    }
}
