using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>A rating: a user liked an item so much.</summary>
/// <param name="User">The user, from 0.</param>
/// <param name="Item">The item, from 0.</param>
/// <param name="Value">The rating, 0.5 to 5 in half steps.</param>
public readonly record struct Rating(int User, int Item, float Value);

/// <summary>
/// Matrix factorisation of ratings, one user a node (arXiv:2302.13837, MovieLens): factors of users and items, their product is the prediction. Accuracy counts predictions that, clipped and rounded to halves, are the rating.
/// </summary>
public sealed class RatingsTask : VectorTask
{
    private readonly Rating[][] _training;
    private readonly Rating[] _test;
    private readonly int _factors;
    private readonly int _batch;
    private readonly float _rate;
    private readonly ParameterVector _first;

    /// <summary>A task.</summary>
    /// <param name="ratings">All ratings; every user has at least two.</param>
    /// <param name="items">How many items there are.</param>
    /// <param name="random">Draws the first model and which 30 % of each user's ratings are kept for the test.</param>
    /// <param name="factors">Factors of a user or item.</param>
    /// <param name="learningRate">The step of the descent.</param>
    /// <param name="batchSize">B.</param>
    public RatingsTask(
        IReadOnlyList<Rating> ratings,
        int items,
        RandomStream random,
        int factors = 20,
        double learningRate = 0.2,
        int batchSize = 20
    )
    {
        ArgumentNullException.ThrowIfNull(ratings);
        ArgumentNullException.ThrowIfNull(random);
        int users = ratings.Max(r => r.User) + 1;
        (_factors, _rate, _batch) = (factors, (float)learningRate, batchSize);
        Layout = ParameterLayout.Create([("user_factors", [users, factors]), ("item_factors", [items, factors])]);
        _first = new ParameterVector(Layout);
        RandomStream first = random.Split("model");
        for (int i = 0; i < _first.Length; i++)
        {
            _first.Values[i] = (first.NextSingle() - 0.5f) * 0.1f;
        }

        _training = new Rating[users][];
        List<Rating> test = [];
        foreach (IGrouping<int, Rating> own in ratings.GroupBy(r => r.User).OrderBy(g => g.Key))
        {
            Rating[] all = [.. own];
            random.Split("split", own.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)).Shuffle<Rating>(all);
            int kept = Math.Max(1, (int)(0.7 * all.Length));
            _training[own.Key] = all[..kept];
            test.AddRange(all[kept..]);
        }

        int missing = Array.FindIndex(_training, own => own is null);
        if (missing >= 0)
        {
            throw new ArgumentException($"User {missing} has no ratings.", nameof(ratings));
        }

        _test = [.. test];
    }

    /// <inheritdoc/>
    public override ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public override object InitialModel => _first;

    /// <inheritdoc/>
    public override int Nodes => _training.Length;

    /// <inheritdoc/>
    public override int RowsOf(int node) => _training[node].Length;

    /// <inheritdoc/>
    public override object Train(int node, object model, int steps, RandomStream random, CancellationToken cancellationToken)
    {
        ParameterVector trained = ((ParameterVector)model).Clone();
        Learning.BatchOrder order = new(_training[node].Length, _batch, random, Learning.BatchSampling.FreshDraw);
        Dictionary<int, float[]> gradients = [];
        for (int step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            gradients.Clear();
            ReadOnlySpan<int> rows = order.Next();
            foreach (int row in rows)
            {
                Accumulate(trained.Values, _training[node][row], rows.Length, gradients);
            }

            foreach ((int place, float[] gradient) in gradients)
            {
                Span<float> factors = trained.Values.Slice(place, _factors);
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(gradient, -_rate, factors, factors);
            }
        }

        return trained;
    }

    /// <inheritdoc/>
    public override ModelQuality Evaluate(object model, CancellationToken cancellationToken)
    {
        ReadOnlySpan<float> values = ((ParameterVector)model).Values;
        (int right, double squares) = (0, 0);
        foreach (Rating rating in _test)
        {
            cancellationToken.ThrowIfCancellationRequested();
            float predicted = Predict(values, rating);
            squares += (predicted - rating.Value) * (predicted - rating.Value);
            right += Math.Round(2 * Math.Clamp(predicted, 0.5f, 5f), MidpointRounding.ToEven) / 2 == rating.Value ? 1 : 0;
        }

        return new((double)right / _test.Length, Math.Sqrt(squares / _test.Length));
    }

    private int PlaceOfUser(int user) => user * _factors;

    private int PlaceOfItem(int item) => (_training.Length + item) * _factors;

    private float Predict(ReadOnlySpan<float> values, Rating rating) =>
        System.Numerics.Tensors.TensorPrimitives.Dot(
            values.Slice(PlaceOfUser(rating.User), _factors),
            values.Slice(PlaceOfItem(rating.Item), _factors)
        );

    private void Accumulate(ReadOnlySpan<float> values, Rating rating, int count, Dictionary<int, float[]> gradients)
    {
        (int user, int item) = (PlaceOfUser(rating.User), PlaceOfItem(rating.Item));
        float slope = 2 * (Predict(values, rating) - rating.Value) / count;
        Add(user, values.Slice(item, _factors));
        Add(item, values.Slice(user, _factors));

        void Add(int place, ReadOnlySpan<float> other)
        {
            if (!gradients.TryGetValue(place, out float[]? gradient))
            {
                gradients[place] = gradient = new float[_factors];
            }

            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(other, slope, gradient, gradient);
        }
    }
}
