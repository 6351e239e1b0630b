using System.Globalization;
using ResearchKit.Data;
using ResearchKit.Numerics;

namespace ResearchKit.Federated;

/// <summary>
/// A client's rows in two disjoint parts: T, which its model is trained on, and P, the proxy, on which the aggregator is trained and quantisation calibrated
/// (FENS, arXiv:2411.07182, section 3).
/// </summary>
/// <param name="Training">T.</param>
/// <param name="Proxy">P: floor(fraction x rows) of them, or of each class.</param>
public sealed record ClientSplit(LabeledData Training, LabeledData Proxy)
{
    /// <summary>Splits a client's rows at random.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="fraction">The share of the proxy, from 0 to below 1.</param>
    /// <param name="perClass">Whether each class gives floor(fraction x its rows), as in the experiments on FLamby's data.</param>
    /// <param name="random">Draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is out of range.</exception>
    public static ClientSplit Of(LabeledData data, double fraction, bool perClass, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (fraction is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, $"The share is {fraction}; allowed is from 0 to below 1.");
        }
        var parts = perClass ? data.SplitStratified(random, fraction) : data.Split(random, fraction);
        return new(parts[1], parts[0]);
    }

    /// <summary>Splits every client's rows, each by a stream of its own.</summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyList<ClientSplit> OfAll(IReadOnlyList<LabeledData> data, double fraction, bool perClass, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(random);
        return [.. data.Select((own, i) => Of(own, fraction, perClass, random.Split("split", i.ToString(CultureInfo.InvariantCulture))))];
    }

    /// <summary>T and then P, in float features.</summary>
    public LabeledData Both()
    {
        var rows = Training.Count + Proxy.Count;
        var features = new float[rows * Training.FeatureLength];
        var labels = new int[rows];
        var from = 0;
        foreach (var part in (LabeledData[])[Training, Proxy])
        {
            var indices = Enumerable.Range(0, part.Count).ToArray();
            part.CopyBatch(
                indices,
                features.AsSpan(from * part.FeatureLength, part.Count * part.FeatureLength),
                labels.AsSpan(from, part.Count)
            );
            from += part.Count;
        }
        return LabeledData.Of(features, labels, Training.Schema);
    }
}
