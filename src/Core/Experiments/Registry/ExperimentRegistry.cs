using System.IO.Enumeration;

namespace ResearchKit.Experiments;

/// <summary>A list of experiments, filled once at the start of an application.</summary>
public sealed class ExperimentRegistry : IExperimentRegistry
{
    private readonly SortedDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<ExperimentInfo> All => [.. entries.Values.Select(e => e.Info)];

    /// <summary>Adds an experiment.</summary>
    /// <typeparam name="TExperiment">The class.</typeparam>
    /// <exception cref="ArgumentException">The class has no proper <see cref="ExperimentAttribute"/>, or another class has the same id.</exception>
    public ExperimentRegistry Add<TExperiment>()
        where TExperiment : Experiment, new() => Add(() => new TExperiment());

    /// <summary>Adds an experiment that takes something when it is constructed.</summary>
    /// <typeparam name="TExperiment">The class.</typeparam>
    /// <param name="create">Constructs it.</param>
    /// <exception cref="ArgumentException">The class has no proper <see cref="ExperimentAttribute"/>, or another class has the same id.</exception>
    public ExperimentRegistry Add<TExperiment>(Func<TExperiment> create)
        where TExperiment : Experiment
    {
        ArgumentNullException.ThrowIfNull(create);
        ExperimentInfo info = Experiment.InfoOf(typeof(TExperiment));
        if (entries.TryGetValue(info.Id, out Entry? other))
        {
            throw new ArgumentException($"The experiment id '{info.Id}' of {typeof(TExperiment)} is already taken by {other.Type}.");
        }

        entries.Add(info.Id, new Entry(info, typeof(TExperiment), create));
        return this;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ExperimentInfo> Match(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        List<ExperimentInfo> matches =
        [
            .. entries
                .Values.Select(e => e.Info)
                .Where(i => i.PaperSlug == pattern || FileSystemName.MatchesSimpleExpression(pattern, i.Id)),
        ];
        return matches.Count > 0 ? matches : throw Unknown(pattern);
    }

    /// <inheritdoc/>
    public Type TypeOf(string id) => Find(id).Type;

    /// <inheritdoc/>
    public Experiment Create(string id) => Find(id).Create();

    private Entry Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return entries.TryGetValue(id, out Entry? entry) ? entry : throw Unknown(id);
    }

    private UnknownExperimentException Unknown(string pattern) => new(pattern, NearestNames.Of(pattern, entries.Keys));

    private sealed record Entry(ExperimentInfo Info, Type Type, Func<Experiment> Create);
}
