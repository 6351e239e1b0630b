using System.Globalization;
using System.Reflection;
using ResearchKit.Metrics;
using ResearchKit.Numerics;

namespace ResearchKit.Experiments;

/// <summary>
/// Wrong rows made of good ones. Floating-point properties of a row are what was measured; whole numbers and truth values may be counts or coordinates (a step, a round),
/// so they are mutated in sets of their own. Swaps move the rows of a cell to the cell that differs in one property only, so that each keeps its place in the plan.
/// </summary>
internal static class RowMutations
{
    private static readonly MethodInfo Clone = typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!;

    internal static IEnumerable<(string Name, MutationKind Kind, IReadOnlyList<MeasuredRow> Rows)> Of(
        Experiment experiment,
        IReadOnlyList<MeasuredRow> rows
    )
    {
        PropertyInfo[] floating = [.. Settable(experiment.RowType).Where(p => IsFloating(p.PropertyType))];
        PropertyInfo[] whole = [.. Settable(experiment.RowType).Where(p => IsWhole(p.PropertyType))];
        PropertyInfo[] truths = [.. Settable(experiment.RowType).Where(p => Underlying(p.PropertyType) == typeof(bool))];
        foreach (PropertyInfo[] properties in new[] { floating, whole }.Where(p => p.Length > 0))
        {
            string what = string.Join(", ", properties.Select(p => p.Name));
            MutationKind size = properties == whole ? MutationKind.Count : MutationKind.Scale;
            yield return ($"{what} constant", MutationKind.Effect, Constant(rows, properties));
            yield return ($"{what} x 1000", size, Changed(rows, properties, x => x * 1000));
            yield return ($"{what} / 1000", size, Changed(rows, properties, x => x / 1000));
            // Moves zeros too, which no factor does.
            yield return ($"{what} shifted", size, Changed(rows, properties, x => (2 * Math.Abs(x)) + 1));
        }

        if (truths.Length > 0)
        {
            string what = string.Join(", ", truths.Select(p => p.Name));
            yield return ($"{what} constant", MutationKind.Effect, Constant(rows, truths));
            yield return ($"{what} inverted", MutationKind.Count, Changed(rows, truths, x => 1 - x));
        }

        if (floating.Length > 0)
        {
            yield return ("NaN", MutationKind.NotANumber, Changed(rows, floating, _ => double.NaN));
        }

        foreach (PropertyInfo axis in Settable(experiment.CellType).Where(p => p.Name != "Seed"))
        {
            object?[] values = [.. rows.Select(r => axis.GetValue(r.Cell)).Distinct()];
            for (int shift = 1; shift < values.Length; shift++)
            {
                int by = shift;
                yield return (
                    $"{axis.Name} rotated by {by.ToString(CultureInfo.InvariantCulture)}",
                    MutationKind.Effect,
                    Moved(rows, experiment.CellType, axis, value => values[(Array.IndexOf(values, value) + by) % values.Length])
                );
            }

            if (values.Length > 2)
            {
                yield return (
                    $"{axis.Name} reversed",
                    MutationKind.Effect,
                    Moved(rows, experiment.CellType, axis, value => values[values.Length - 1 - Array.IndexOf(values, value)])
                );
            }
        }

        yield return ("cells shuffled", MutationKind.Effect, Shuffled(experiment, rows));
    }

    private static List<MeasuredRow> Constant(IReadOnlyList<MeasuredRow> rows, PropertyInfo[] properties)
    {
        Dictionary<PropertyInfo, double> medians = properties.ToDictionary(
            p => p,
            p =>
                rows.Select(r => Number(p.GetValue(r.Row))).Where(x => !double.IsNaN(x)).ToArray() is { Length: > 0 } x
                    ? Quantiles.Median(x)
                    : double.NaN
        );
        return [.. rows.Select(r => r with { Row = With(r.Row, properties, (p, _) => medians[p]) })];
    }

    private static List<MeasuredRow> Changed(IReadOnlyList<MeasuredRow> rows, PropertyInfo[] properties, Func<double, double> change) =>
        [.. rows.Select(r => r with { Row = With(r.Row, properties, (_, x) => change(x)) })];

    /// <summary>Every cell gets the rows of the cell that differs only by the mapped value of one property; without such a cell it keeps its own.</summary>
    private static List<MeasuredRow> Moved(IReadOnlyList<MeasuredRow> rows, Type cellType, PropertyInfo axis, Func<object?, object?> map)
    {
        PropertyInfo[] others =
        [
            .. cellType.GetProperties().Where(p => p.CanRead && p.Name != axis.Name && p.GetIndexParameters().Length == 0),
        ];
        string Place(object cell, object? value) =>
            string.Join(
                '\n',
                others
                    .Select(p => Convert.ToString(p.GetValue(cell), CultureInfo.InvariantCulture))
                    .Append(Convert.ToString(value, CultureInfo.InvariantCulture))
            );

        ILookup<string, MeasuredRow> byPlace = rows.ToLookup(r => Place(r.Cell, axis.GetValue(r.Cell)));
        return
        [
            .. rows.DistinctBy(r => r.CellKey)
                .SelectMany(cell =>
                {
                    string from = Place(cell.Cell, map(axis.GetValue(cell.Cell)));
                    IEnumerable<MeasuredRow> source = byPlace.Contains(from)
                        ? byPlace[from]
                        : byPlace[Place(cell.Cell, axis.GetValue(cell.Cell))];
                    return source.Select(r => new MeasuredRow(cell.CellKey, cell.Cell, r.Index, r.Row));
                }),
        ];
    }

    private static List<MeasuredRow> Shuffled(Experiment experiment, IReadOnlyList<MeasuredRow> rows)
    {
        MeasuredRow[] cells = [.. rows.DistinctBy(r => r.CellKey)];
        ILookup<string, MeasuredRow> byCell = rows.ToLookup(r => r.CellKey);
        int[] from = RandomStream.Named(experiment.Info.Id, "claim-mutation").Permutation(cells.Length);
        return
        [
            .. cells.SelectMany(
                (cell, i) => byCell[cells[from[i]].CellKey].Select(r => new MeasuredRow(cell.CellKey, cell.Cell, r.Index, r.Row))
            ),
        ];
    }

    private static object With(object row, PropertyInfo[] properties, Func<PropertyInfo, double, double> change)
    {
        object copy = Clone.Invoke(row, null)!;
        foreach (PropertyInfo property in properties)
        {
            if (property.GetValue(row) is { } value)
            {
                property.SetValue(copy, AsType(change(property, Number(value)), Underlying(property.PropertyType)));
            }
        }

        return copy;
    }

    private static double Number(object? value) => value is null ? double.NaN : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static object AsType(double value, Type type) =>
        type == typeof(double) ? value
        : type == typeof(float) ? (float)value
        : type == typeof(decimal)
            ? double.IsNaN(value) ? 0m
                : (decimal)value
        : type == typeof(bool) ? value >= 0.5
        : type == typeof(long) ? (long)value
        : type == typeof(int) ? (int)value
        : type == typeof(ulong) ? (ulong)value
        : type == typeof(uint) ? (uint)value
        : Convert.ChangeType(Math.Clamp(Math.Round(value), 0, 127), type, CultureInfo.InvariantCulture);

    private static IEnumerable<PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p is { CanRead: true, CanWrite: true } && p.GetIndexParameters().Length == 0);

    private static Type Underlying(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static bool IsFloating(Type type) =>
        Underlying(type) is var t && (t == typeof(double) || t == typeof(float) || t == typeof(decimal));

    private static bool IsWhole(Type type) =>
        Underlying(type) is var t
        && (
            t == typeof(int)
            || t == typeof(long)
            || t == typeof(uint)
            || t == typeof(ulong)
            || t == typeof(short)
            || t == typeof(ushort)
            || t == typeof(byte)
            || t == typeof(sbyte)
        );
}
