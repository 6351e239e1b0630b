using ResearchKit.Cli;
using ResearchKit.Merge;

namespace ResearchKit.Papers.Verbs;

/// <summary>A request with its checkpoints open and everything checked that headers tell; all problems are reported at once.</summary>
internal sealed class OpenedMerge : IDisposable
{
    private readonly List<IDisposable> _open = [];
    private readonly List<string> _problems = [];

    private OpenedMerge(MergeRequest request, MergeAlgorithms algorithms)
    {
        Request = request;
        ICheckpoint? start = Try(() => Keep(ModelPath.Open(request.Base)));
        List<(string Task, string Path, ICheckpoint Model)> models = [];
        foreach (string given in request.Models)
        {
            int at = given.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == given.Length - 1)
            {
                _problems.Add($"--model {given}: write name=path, for example sst=models/sst.");
                continue;
            }
            (string name, string path) = (given[..at], given[(at + 1)..]);
            if (start is not null && Try(() => Keep(ModelPath.Open(path, start))) is { } model)
            {
                models.Add((name, path, model));
            }
            else if (start is null)
            {
                Try(() =>
                    System.IO.Path.Exists(path)
                        ? ""
                        : throw new ArgumentException($"{path} is not there: name a file or a folder with a model.")
                );
            }
        }
        Algorithm = Try(() => algorithms.Create(request.Algorithm, request.Parameters));
        if (start is null || _problems.Count > 0)
        {
            return;
        }
        Base = start;
        Tasks = [.. models.Select(m => (m.Task, m.Model))];
        Paths = models.DistinctBy(m => m.Task).ToDictionary(m => m.Task, m => m.Path);
        Comparison = Try(() => CheckpointComparison.Of(start, Tasks, request.Heads));
        Division = Comparison is null ? null : Try(() => Divide(request, Comparison));
        if (Comparison is not null && Division is not null && Algorithm is not null)
        {
            Merge = Try(() => new StreamingMerge(start, Tasks, Comparison, Division, Algorithm, request.Options));
        }
    }

    public MergeRequest Request { get; }

    public ICheckpoint? Base { get; }

    public IReadOnlyList<(string Task, ICheckpoint Model)> Tasks { get; } = [];

    public IReadOnlyDictionary<string, string> Paths { get; } = new Dictionary<string, string>();

    public IMergeAlgorithm? Algorithm { get; }

    public CheckpointComparison? Comparison { get; }

    public BlockDivision? Division { get; }

    public StreamingMerge? Merge { get; }

    /// <exception cref="UsageException">There are problems; the message lists all of them.</exception>
    public static OpenedMerge Open(MergeRequest request, MergeAlgorithms algorithms)
    {
        OpenedMerge opened = new(request, algorithms);
        try
        {
            opened.RequireSound();
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The files beside each model that go with it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Companions() =>
        Paths.Append(new("base", Request.Base)).ToDictionary(entry => entry.Key, entry => ModelPath.Companions(entry.Value));

    public void Dispose()
    {
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            _open[i].Dispose();
        }
    }

    private void RequireSound()
    {
        if (_problems.Count == 1)
        {
            throw new UsageException(_problems[0]);
        }
        if (_problems.Count > 1)
        {
            throw new UsageException(
                $"{_problems.Count} problems; nothing was written:{Environment.NewLine}- {string.Join(Environment.NewLine + "- ", _problems)}"
            );
        }
    }

    private static BlockDivision Divide(MergeRequest request, CheckpointComparison comparison)
    {
        IEnumerable<(string, IReadOnlyList<long>)> tensors = comparison.Merged.Select(t => (t.Name, t.Shape));
        if (request.Layout is null)
        {
            return InferredLayout.Divide(tensors, request.Granularity, request.Slices);
        }
        BlockLayout layout = File.Exists(request.Layout)
            ? BlockLayout.Parse(File.ReadAllText(request.Layout), request.Layout)
            : BlockLayouts.Named(request.Layout);
        return layout.Divide(tensors, request.KeepUnassigned ? UnassignedTensors.KeepPerTask : UnassignedTensors.Refuse);
    }

    private ICheckpoint Keep(ICheckpoint checkpoint)
    {
        _open.Add(checkpoint);
        return checkpoint;
    }

    private T? Try<T>(Func<T> action)
        where T : class
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is ArgumentException or MalformedFileException or FileNotFoundException)
        {
            _problems.Add(e is ResearchKitException problem ? $"{problem.Message}. {problem.Remedy}" : WithoutParameter(e));
            return null;
        }
    }

    private static string WithoutParameter(Exception e) =>
        e is ArgumentException { ParamName: { } name }
            ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
            : e.Message;
}
