using System.Runtime.CompilerServices;

namespace ResearchKit.Experiments;

/// <summary>
/// One figure or table of a paper: plan (the grid of cells), measure (the only part that costs time), draw and judge (pure, redone from stored rows at will).
/// </summary>
/// <typeparam name="TOptions">The options, a record of init properties with data annotations.</typeparam>
/// <typeparam name="TCell">One independent, deterministic unit of work, a small record; its <c>Seed</c> property, if it has one, seeds its streams.</typeparam>
/// <typeparam name="TRow">What is measured, a record of scalars with units in their names.</typeparam>
public abstract class Experiment<TOptions, TCell, TRow> : Experiment
    where TOptions : ExperimentOptions
    where TCell : class
    where TRow : class
{
    /// <summary>The options at a scale.</summary>
    /// <param name="scale">Quick (seconds), Full (minutes to half an hour), Paper (as published).</param>
    public abstract TOptions For(Scale scale);

    /// <summary>The grid: independent cells, the same list each time it is asked for.</summary>
    /// <param name="options">Validated options.</param>
    public abstract IEnumerable<TCell> Plan(TOptions options);

    /// <summary>Measures one cell. Rows are kept as they appear; those of a cell that does not end are dropped and measured again.</summary>
    /// <remarks>Never yield or await inside a DisposeScope or a no_grad region: measure each row in a synchronous method.</remarks>
    /// <param name="cell">The cell.</param>
    /// <param name="context">Random streams, data, artifacts, clock, log and progress of this cell, and the options.</param>
    /// <param name="cancellationToken">To be honoured within a second.</param>
    public abstract IAsyncEnumerable<TRow> MeasureAsync(TCell cell, CellContext<TOptions> context, CancellationToken cancellationToken);

    /// <summary>The figures of the rows measured so far. Pure.</summary>
    /// <param name="rows">All committed rows, in the order of the plan; may be incomplete or empty.</param>
    public abstract IEnumerable<Figure> Draw(IReadOnlyList<Measured<TCell, TRow>> rows);

    /// <summary>The claims. Pure. Every claim is returned whatever the rows are: without its rows it carries no estimate, and so can be listed before anything is measured.</summary>
    /// <param name="rows">All committed rows, in the order of the plan; may be incomplete or empty.</param>
    public abstract IEnumerable<Claim> Judge(IReadOnlyList<Measured<TCell, TRow>> rows);

    internal sealed override Type OptionsType => typeof(TOptions);

    internal sealed override Type CellType => typeof(TCell);

    internal sealed override Type RowType => typeof(TRow);

    /// <inheritdoc/>
    public sealed override ExperimentOptions OptionsFor(Scale scale) => For(scale);

    internal sealed override IEnumerable<object> PlanCells(ExperimentOptions options) => Plan((TOptions)options);

    internal sealed override async IAsyncEnumerable<object> MeasureCellAsync(
        object cell,
        ExperimentOptions options,
        CellScope scope,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        CellContext<TOptions> context = new(scope, (TOptions)options);
        await foreach (TRow row in MeasureAsync((TCell)cell, context, cancellationToken).WithCancellation(cancellationToken))
        {
            yield return row;
        }
    }

    internal sealed override IEnumerable<Figure> DrawRows(IReadOnlyList<MeasuredRow> rows) => Draw(Typed(rows));

    internal sealed override IEnumerable<Claim> JudgeRows(IReadOnlyList<MeasuredRow> rows) => Judge(Typed(rows));

    private static List<Measured<TCell, TRow>> Typed(IReadOnlyList<MeasuredRow> rows) =>
        [.. rows.Select(r => new Measured<TCell, TRow>(r.CellKey, (TCell)r.Cell, r.Index, (TRow)r.Row))];
}
