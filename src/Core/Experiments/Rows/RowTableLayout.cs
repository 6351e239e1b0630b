using System.Text.Json;

namespace ResearchKit.Experiments;

/// <summary>The columns of the table of an experiment: those of its cell, then those of its row.</summary>
internal sealed class RowTableLayout
{
    private readonly IReadOnlyList<RowProperty> cell;

    private RowTableLayout(Type cellType, Type rowType)
    {
        cell = RowProperty.Of(cellType);
        Row = RowSchema.Of(rowType);
        Columns = [.. cell.Select(p => p.Column(ofCell: true)), .. Row.Columns];
    }

    /// <summary>The schema of the row.</summary>
    internal RowSchema Row { get; }

    /// <summary>All columns.</summary>
    internal IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>The number of columns of the cell.</summary>
    internal int CellColumns => cell.Count;

    internal static RowTableLayout Of(Experiment experiment)
    {
        RowTableLayout layout = new(experiment.CellType, experiment.RowType);
        string? twice = layout.Columns.GroupBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key;
        return twice is null
            ? layout
            : throw new ArgumentException(
                $"{experiment.Info.Id}: the column {twice} is both in {experiment.CellType.Name} and in {experiment.RowType.Name}. "
                    + "A row always comes with its cell: leave out of the row what the cell says."
            );
    }

    /// <summary>Refuses an experiment whose records make no table.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <exception cref="ArgumentException">A row holds something that is no scalar, or a column of the cell.</exception>
    internal static void Check(Experiment experiment) => Of(experiment);

    /// <summary>The fields of a cell; what is no scalar is written as JSON.</summary>
    /// <param name="value">The cell.</param>
    internal string[] FieldsOf(object value) => [.. cell.Select(p => Field(p, p.Property.GetValue(value)))];

    private static string Field(RowProperty property, object? value) =>
        value is null || RowField.WriterOf(property.Property.PropertyType) is not null
            ? RowField.Text(value)
            : JsonSerializer.Serialize(value, property.Property.PropertyType, ExperimentJson.Whole);
}
