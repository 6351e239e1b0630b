using ResearchKit.Data;

namespace ResearchKit.Federated;

/// <summary>
/// z(x) of many rows: all clients' logits side by side, client by client (index i K + k). What the second phase of FENS learns from, whoever trained the models.
/// Immutable.
/// </summary>
public sealed class LogitTable
{
    /// <summary>Takes logits.</summary>
    /// <param name="clients">M, at least 1.</param>
    /// <param name="outputs">K, the logits of each client; 1 means two classes.</param>
    /// <param name="values">rows x M K values; kept, not to be changed.</param>
    /// <exception cref="ArgumentException">A number is below 1, or the values are no whole rows.</exception>
    public LogitTable(int clients, int outputs, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length % (clients * outputs) != 0)
        {
            throw new ArgumentException($"{values.Length} values are no whole rows of {clients} x {outputs} logits.", nameof(values));
        }
        (Clients, Outputs, Values) = (clients, outputs, values);
    }

    /// <summary>M.</summary>
    public int Clients { get; }

    /// <summary>K; 1 means two classes, class 1 if the logit is positive.</summary>
    public int Outputs { get; }

    /// <summary>The classes: K, or 2 for one logit.</summary>
    public int Classes => Math.Max(2, Outputs);

    /// <summary>M K.</summary>
    public int Width => Clients * Outputs;

    /// <summary>The number of rows.</summary>
    public int Rows => Values.Length / Width;

    /// <summary>All values.</summary>
    public float[] Values { get; }

    /// <summary>z of one row.</summary>
    public ReadOnlySpan<float> Row(int row) => Values.AsSpan(row * Width, Width);

    /// <summary>Side by side, from one table a client.</summary>
    /// <param name="tables">rows x K values of each client.</param>
    /// <param name="outputs">K.</param>
    /// <exception cref="ArgumentException">There is no client, or two have different numbers of rows.</exception>
    public static LogitTable Join(IReadOnlyList<float[]> tables, int outputs)
    {
        ArgumentNullException.ThrowIfNull(tables);
        if (tables.Count == 0)
        {
            throw new ArgumentException("There is no client; at least 1 is needed.", nameof(tables));
        }
        for (var client = 1; client < tables.Count; client++)
        {
            if (tables[client].Length != tables[0].Length)
            {
                throw new ArgumentException(
                    $"Client 0 has {tables[0].Length / outputs} rows, client {client} has {tables[client].Length / outputs}; all need the same.",
                    nameof(tables)
                );
            }
        }
        var rows = tables[0].Length / outputs;
        var values = new float[tables.Count * tables[0].Length];
        for (var client = 0; client < tables.Count; client++)
        {
            for (var row = 0; row < rows; row++)
            {
                tables[client].AsSpan(row * outputs, outputs).CopyTo(values.AsSpan((row * tables.Count + client) * outputs));
            }
        }
        return new(tables.Count, outputs, values);
    }

    /// <summary>Some rows.</summary>
    /// <param name="rows">Which.</param>
    public LogitTable Subset(ReadOnlySpan<int> rows)
    {
        var values = new float[rows.Length * Width];
        for (var i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(values.AsSpan(i * Width));
        }
        return new(Clients, Outputs, values);
    }

    /// <summary>Without some clients.</summary>
    /// <param name="clients">Those that stay, ascending.</param>
    public LogitTable OnlyClients(IReadOnlyList<int> clients)
    {
        ArgumentNullException.ThrowIfNull(clients);
        var values = new float[Rows * clients.Count * Outputs];
        for (var row = 0; row < Rows; row++)
        {
            for (var i = 0; i < clients.Count; i++)
            {
                Row(row).Slice(clients[i] * Outputs, Outputs).CopyTo(values.AsSpan((row * clients.Count + i) * Outputs));
            }
        }
        return new(clients.Count, Outputs, values);
    }

    /// <summary>The rows with their labels, to learn from; the inputs behind z where an aggregator looks at them (<paramref name="inputs"/>).</summary>
    /// <param name="labels">The class of each row.</param>
    /// <param name="inputs">The same rows' features, to be put behind z; null: z alone.</param>
    /// <exception cref="ArgumentException">The numbers of rows differ, or a label is no class.</exception>
    public LabeledData WithLabels(ReadOnlySpan<int> labels, LabeledData? inputs = null)
    {
        if (labels.Length != Rows || (inputs is not null && inputs.Count != Rows))
        {
            throw new ArgumentException(
                $"{labels.Length} labels and {inputs?.Count ?? Rows} inputs are given for {Rows} rows.",
                nameof(labels)
            );
        }
        for (var row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)Classes)
            {
                throw new ArgumentException($"Label {row} is {labels[row]}; allowed are 0 to {Classes - 1}.", nameof(labels));
            }
        }
        var schema = new LabeledDataSchema { ClassCount = Classes };
        if (inputs is null)
        {
            return LabeledData.Of(Values, labels.ToArray(), schema with { FeatureShape = [Width] });
        }
        var width = Width + inputs.FeatureLength;
        var features = new float[Rows * width];
        for (var row = 0; row < Rows; row++)
        {
            Row(row).CopyTo(features.AsSpan(row * width));
            inputs.CopyRow(row, features.AsSpan(row * width + Width, inputs.FeatureLength));
        }
        return LabeledData.Of(features, labels.ToArray(), schema with { FeatureShape = [width] });
    }

    /// <summary>The first client with a logit that is not finite, and the row; null if all are finite.</summary>
    public (int Client, int Row)? FirstNotFinite()
    {
        for (var i = 0; i < Values.Length; i++)
        {
            if (!float.IsFinite(Values[i]))
            {
                return (i % Width / Outputs, i / Width);
            }
        }
        return null;
    }
}
