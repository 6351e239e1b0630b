namespace ResearchKit.Experiments;

/// <summary>
/// The implementations of one interface that an experiment compares: those of the paper, listed in one place in their module, and the user's own, which the
/// application adds (<c>AddSystem</c>). Own ones are drawn as "not in the paper"; the paper's claims do not change.
/// </summary>
/// <typeparam name="T">The interface.</typeparam>
public sealed class Family<T>
    where T : class, INamed
{
    private readonly Dictionary<string, T> byName = new(StringComparer.Ordinal);

    /// <summary>Puts a family together.</summary>
    /// <param name="inPaper">The paper's, in the order of tables and legends.</param>
    /// <param name="own">The user's own; they come after the paper's.</param>
    /// <exception cref="ArgumentException">A name is empty, or two have the same.</exception>
    public Family(IEnumerable<T> inPaper, IEnumerable<T>? own = null)
    {
        ArgumentNullException.ThrowIfNull(inPaper);
        InPaper = [.. inPaper];
        Own = [.. own ?? []];
        All = [.. InPaper, .. Own];
        foreach (T system in All)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(system.Name, nameof(own));
            if (!byName.TryAdd(system.Name, system))
            {
                throw new ArgumentException(
                    $"The name '{system.Name}' of {system.GetType()} is already taken by {byName[system.Name].GetType()}.",
                    nameof(own)
                );
            }
        }
    }

    /// <summary>The paper's.</summary>
    public IReadOnlyList<T> InPaper { get; }

    /// <summary>The user's own.</summary>
    public IReadOnlyList<T> Own { get; }

    /// <summary>The paper's, then the user's own.</summary>
    public IReadOnlyList<T> All { get; }

    /// <summary>The names, in that order.</summary>
    public IEnumerable<string> Names => All.Select(s => s.Name);

    /// <summary>One by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">There is none; the message names the nearest.</exception>
    public T this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return byName.TryGetValue(name, out T? system)
                ? system
                : throw new ArgumentException(
                    $"There is no '{name}'; there are {string.Join(", ", Names)}. Nearest: {string.Join(", ", NearestNames.Of(name, Names))}.",
                    nameof(name)
                );
        }
    }

    /// <summary>Whether a name is one of the user's own.</summary>
    /// <param name="name">The name.</param>
    public bool IsOwn(string name) => Own.Any(s => s.Name == name);

    /// <summary>A series, marked "not in the paper" where its system is one of the user's own.</summary>
    /// <param name="series">The series; its <see cref="Series.System"/> is a name of this family.</param>
    public Series Mark(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return series with { NotInPaper = IsOwn(series.System) };
    }
}
