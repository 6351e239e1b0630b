using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// A table with two classes, gathered at several sites: of the same patients x = class mean + N(0, I), each site measures shift + scale * x with its own numbers, has its own
/// share of positives, and records some features not at all (as 0). A client is a site.
/// </summary>
/// <remarks>
/// Like the heart disease data split by hospital (FLamby) it has: 13 features and four sites of very unequal size, label and feature shift between sites, constant columns, and
/// a Bayes accuracy near 80 % of a linear rule. It has not: categories, skewed or bounded features, dependence between features, missing values at random, or site-specific effects.
/// </remarks>
public sealed class TabularClients : LabeledGenerator
{
    private readonly TabularClientsOptions _options;
    private readonly double[] _direction;
    private readonly double[][] _shifts;
    private readonly double[][] _spreads;
    private readonly bool[][] _recorded;

    /// <summary>Draws a world.</summary>
    /// <param name="stream">Draws the direction between the classes; its splits by site give shifts, scales and constant features.</param>
    /// <param name="options">The world; the defaults if null.</param>
    /// <exception cref="ArgumentException">More features are informative or constant than there are.</exception>
    public TabularClients(RandomStream stream, TabularClientsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _options = options ?? new TabularClientsOptions();
        int features = _options.Features;
        if (_options.Informative > features || _options.ConstantFeatures > features)
        {
            throw new ArgumentException(
                $"{_options.Informative} informative and {_options.ConstantFeatures} constant features of {features}.",
                nameof(options)
            );
        }

        FeatureShape = [features];
        _direction = new double[features];
        foreach (int feature in stream.Sample(features, _options.Informative))
            _direction[feature] = stream.NextGaussian();
        double norm = Math.Sqrt(_direction.Sum(static value => value * value));
        foreach (ref double value in _direction.AsSpan())
            value *= _options.Separation / norm;
        int sites = _options.Sites.Count;
        (_shifts, _spreads, _recorded) = (new double[sites][], new double[sites][], new bool[sites][]);
        for (int site = 0; site < sites; site++)
            DrawSite(site, stream.Split("site", Invariant(site)));
    }

    /// <inheritdoc/>
    public override int ClassCount => 2;

    /// <inheritdoc/>
    public override IReadOnlyList<int> FeatureShape { get; }

    /// <summary>The sites.</summary>
    public IReadOnlyList<TabularSite> Sites => _options.Sites;

    /// <summary>Draws every site's rows with its size and rate, each from a stream of its own.</summary>
    /// <param name="stream">Split by site; does not advance.</param>
    /// <returns>The data, site by site.</returns>
    public IReadOnlyList<LabeledData> GenerateSites(RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var data = new LabeledData[Sites.Count];
        for (int site = 0; site < data.Length; site++)
        {
            RandomStream own = stream.Split("site", Invariant(site));
            var labels = new int[Sites[site].Rows];
            foreach (ref int label in labels.AsSpan())
                label = own.NextBool(Sites[site].PositiveRate) ? 1 : 0;
            data[site] = Generate(labels, own, site);
        }

        return data;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such site.</exception>
    protected override RowSampler SamplerFor(int? client)
    {
        if (client >= Sites.Count)
            throw new ArgumentOutOfRangeException(nameof(client), client, $"A client is a site, in [0, {Sites.Count}).");
        var noise = new double[_options.Features];
        return (label, features, stream) =>
        {
            stream.FillGaussian(noise);
            for (int i = 0; i < noise.Length; i++)
            {
                double value = (label - 0.5) * _direction[i] + noise[i];
                if (client is { } site)
                    value = _recorded[site][i] ? _shifts[site][i] + _spreads[site][i] * value : 0;
                features[i] = (float)value;
            }
        };
    }

    private void DrawSite(int site, RandomStream stream)
    {
        int features = _options.Features;
        (_shifts[site], _spreads[site], _recorded[site]) = (new double[features], new double[features], new bool[features]);
        for (int i = 0; i < features; i++)
        {
            _shifts[site][i] = _options.ShiftScale * stream.NextGaussian();
            _spreads[site][i] = Math.Exp(_options.SpreadScale * stream.NextGaussian());
            _recorded[site][i] = true;
        }

        foreach (int constant in stream.Sample(features, site == 0 ? 0 : _options.ConstantFeatures))
            _recorded[site][constant] = false;
    }
}
