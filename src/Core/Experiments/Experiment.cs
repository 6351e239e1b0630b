using System.Reflection;

namespace ResearchKit.Experiments;

/// <summary>The part of an experiment that does not depend on its records. Derive from <see cref="Experiment{TOptions, TCell, TRow}"/>.</summary>
public abstract class Experiment
{
    private protected Experiment() => Info = InfoOf(GetType());

    /// <summary>Id, paper, version.</summary>
    public ExperimentInfo Info { get; }

    internal abstract Type OptionsType { get; }

    internal abstract Type CellType { get; }

    internal abstract Type RowType { get; }

    /// <summary>Reads the attribute of an experiment class, without constructing it.</summary>
    /// <param name="type">The class.</param>
    /// <exception cref="ArgumentException">The class has no <see cref="ExperimentAttribute"/>, or its id is not of the form <c>paper/figure-slug</c>.</exception>
    public static ExperimentInfo InfoOf(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        ExperimentAttribute attribute =
            type.GetCustomAttribute<ExperimentAttribute>(inherit: false)
            ?? throw new ArgumentException(
                $"{type} has no [Experiment] attribute; give it an id such as \"paper/figure-slug\".",
                nameof(type)
            );
        return IsId(attribute.Id)
            ? new ExperimentInfo(attribute.Id, attribute.Paper, attribute.Shows, attribute.Version)
            : throw new ArgumentException(
                $"{type}: the experiment id '{attribute.Id}' is not of the form paper/figure-slug (lower-case letters, digits and hyphens, one slash).",
                nameof(type)
            );
    }

    /// <summary>The options at a scale, where the type of the record is not known.</summary>
    /// <param name="scale">The scale.</param>
    public abstract ExperimentOptions OptionsFor(Scale scale);

    /// <summary>The claims before anything is measured: without estimates.</summary>
    public IReadOnlyList<Claim> Claims() => [.. JudgeRows([])];

    /// <summary>The cells of a plan without their keys: to count them, or to ask what they need.</summary>
    /// <param name="options">Options of this experiment; not validated here.</param>
    public IEnumerable<object> Cells(ExperimentOptions options) => PlanCells(options);

    internal abstract IEnumerable<object> PlanCells(ExperimentOptions options);

    internal abstract IAsyncEnumerable<object> MeasureCellAsync(
        object cell,
        ExperimentOptions options,
        CellScope scope,
        CancellationToken cancellationToken
    );

    internal abstract IEnumerable<Figure> DrawRows(IReadOnlyList<MeasuredRow> rows);

    internal abstract IEnumerable<Claim> JudgeRows(IReadOnlyList<MeasuredRow> rows);

    private static bool IsId(string id)
    {
        int slash = id.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && slash < id.Length - 1
            && id.AsSpan(slash + 1).IndexOf('/') < 0
            && id.All(c => c is '/' or '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9'));
    }
}
