using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>Writes the features of one row of a class.</summary>
/// <param name="label">The class.</param>
/// <param name="features">Takes the features; every one is written.</param>
/// <param name="stream">Draws.</param>
public delegate void RowSampler(int label, Span<float> features, RandomStream stream);

/// <summary>
/// A source of made-up labelled rows: what is drawn once (prototypes, weights) makes the world, and any number of rows can be drawn from it. Clients may see the classes in
/// styles of their own. The same world and stream give the same rows.
/// </summary>
public abstract class LabeledGenerator
{
    /// <summary>The number of classes.</summary>
    public abstract int ClassCount { get; }

    /// <summary>The shape of a row's features.</summary>
    public abstract IReadOnlyList<int> FeatureShape { get; }

    /// <summary>What draws the rows of a client.</summary>
    /// <param name="client">The client, from 0, whose style the rows have; null: without a style.</param>
    /// <returns>Draws rows; not for several threads.</returns>
    protected abstract RowSampler SamplerFor(int? client);

    /// <summary>Draws rows with given labels.</summary>
    /// <param name="labels">The labels, each in [0, ClassCount).</param>
    /// <param name="stream">Draws.</param>
    /// <param name="client">The client whose style the rows have, from 0; null (the default): without a style.</param>
    /// <returns>The rows, in the order of the labels.</returns>
    /// <exception cref="ArgumentException">A label or the client is out of range, or the rows do not fit in one array.</exception>
    public LabeledData Generate(ReadOnlySpan<int> labels, RandomStream stream, int? client = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(client ?? 0, nameof(client));
        int length = FeatureShape.Aggregate(1, static (product, axis) => product * axis);
        if ((long)length * labels.Length > Array.MaxLength)
            throw new ArgumentException($"{labels.Length} rows of {length} features do not fit in one array.", nameof(labels));
        var features = new float[length * labels.Length];
        RowSampler sampler = SamplerFor(client);
        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)ClassCount)
                throw new ArgumentException($"The label of row {row} is {labels[row]}, not in [0, {ClassCount}).", nameof(labels));
            sampler(labels[row], features.AsSpan(row * length, length), stream);
        }

        return LabeledData.Of(features, labels.ToArray(), new LabeledDataSchema { FeatureShape = FeatureShape, ClassCount = ClassCount });
    }

    /// <summary>Draws rows whose labels are uniform.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="stream">Draws the labels first, then the rows.</param>
    /// <param name="client">As for the labels given.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="ArgumentException">A parameter is out of range.</exception>
    public LabeledData Generate(int count, RandomStream stream, int? client = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(stream);
        var labels = new int[count];
        foreach (ref int label in labels.AsSpan())
            label = stream.NextInt(ClassCount);
        return Generate(labels, stream, client);
    }

    /// <summary>Draws the data of clients, each from a stream of its own, so that more clients leave the first ones as they are.</summary>
    /// <param name="clients">The number of clients, at least 1.</param>
    /// <param name="rowsPerClient">The rows of each, at least 1.</param>
    /// <param name="stream">Split by client; does not advance.</param>
    /// <param name="alpha">Null (the default): labels are uniform. Else each client's class shares are a Dirichlet(alpha, ..., alpha) draw.</param>
    /// <param name="styled">Whether each client's rows have its style (default).</param>
    /// <returns>The data, client by client.</returns>
    /// <exception cref="ArgumentException">A parameter is out of range.</exception>
    public IReadOnlyList<LabeledData> GenerateClients(
        int clients,
        int rowsPerClient,
        RandomStream stream,
        double? alpha = null,
        bool styled = true
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerClient, 1);
        ArgumentNullException.ThrowIfNull(stream);
        var data = new LabeledData[clients];
        for (int client = 0; client < clients; client++)
        {
            RandomStream own = stream.Split("client", Invariant(client));
            int? style = styled ? client : null;
            if (alpha is null)
            {
                data[client] = Generate(rowsPerClient, own, style);
                continue;
            }

            double[] shares = Distributions.Dirichlet(own, alpha.Value, ClassCount);
            var labels = new int[rowsPerClient];
            foreach (ref int label in labels.AsSpan())
                label = own.Choice(shares);
            data[client] = Generate(labels, own, style);
        }

        return data;
    }

    internal static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
