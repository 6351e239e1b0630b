using CsCheck;
using ResearchKit.Numerics;

namespace ResearchKit.Federated.Tests.OneShot;

/// <summary>What must hold for all logits.</summary>
public class AggregatorPropertyTests
{
    private static readonly Gen<(LogitTable Z, int[] Labels, int[][] Counts)> Ensembles =
        from clients in Gen.Int[1, 6]
        from classes in Gen.Int[2, 5]
        from rows in Gen.Int[1, 20]
        from values in Gen.Float[-10, 10].Array[clients * classes * rows]
        from labels in Gen.Int[0, classes - 1].Array[rows]
        from counts in Gen.Int[0, 50].Array[classes].Array[clients]
        select (new LogitTable(clients, classes, values), labels, counts);

    [Test]
    public void One_client_is_its_own_average() =>
        Ensembles.Sample(e =>
        {
            var alone = e.Z.OnlyClients([0]);
            Assert.That(
                new AverageAggregator().Create(Statistics(alone, e.Labels, e.Counts[..1])).Predict(alone),
                Is.EqualTo(alone.Values)
            );
        });

    [Test]
    public void Weights_sum_to_one_for_every_class() =>
        Ensembles.Sample(e =>
        {
            var weights = WeightedAverageAggregator.Weights(e.Counts);
            for (var k = 0; k < weights.GetLength(1); k++)
            {
                Assert.That(Enumerable.Range(0, e.Counts.Length).Sum(i => weights[i, k]), Is.EqualTo(1).Within(1e-12));
            }
        });

    [Test]
    public void The_order_of_clients_does_not_matter() =>
        Ensembles.Sample(e =>
        {
            int[] order = RandomStream.Named("order", $"{e.Z.Clients}").Permutation(e.Z.Clients);
            var permuted = e.Z.OnlyClients(order);
            int[][] counts = [.. order.Select(i => e.Counts[i])];
            foreach (var aggregator in Aggregators.All.OfType<IFixedAggregator>())
            {
                var expected = aggregator.Create(Statistics(e.Z, e.Labels, e.Counts)).Predict(e.Z);
                var actual = aggregator.Create(Statistics(permuted, e.Labels, counts)).Predict(permuted);
                if (aggregator is VotingAggregator)
                {
                    // Sums of logarithms in another order may decide a tie in the last bit; the scores themselves agree.
                    continue;
                }
                Assert.That(actual, Is.EqualTo(expected).Within(1e-3f), aggregator.Name);
            }
            var model = ((FlatClientModel)new PerClassWeightsAggregator().CreateModel(e.Z.Clients, e.Z.Outputs, [])).Model;
            var weights = model.Initialize(RandomStream.Named("weights"));
            float[] moved = [.. order.SelectMany(i => weights.Values.Slice(i * e.Z.Outputs, e.Z.Outputs).ToArray())];
            Assert.That(
                model.CreatePass(e.Z.Rows).Forward(moved, permuted.Values, e.Z.Rows).ToArray(),
                Is.EqualTo(model.CreatePass(e.Z.Rows).Forward(weights.Values, e.Z.Values, e.Z.Rows).ToArray()).Within(1e-4f)
            );
        });

    [Test]
    public void Eight_bits_are_within_half_a_step() =>
        Gen.Float[-100, 100]
            .Array[1, 60]
            .Sample(values =>
            {
                var tensor = Int8Tensor.Symmetric(values);
                var back = new float[values.Length];
                tensor.CopyTo(back);
                Assert.That(back, Is.EqualTo(values).Within(tensor.Scale * 0.5001f + 1e-6f));
                var range = new ActivationRange();
                range.See(values);
                var rounded = (float[])values.Clone();
                range.Round(rounded);
                Assert.That(
                    rounded,
                    Is.EqualTo(values).Within((range.Scale * 1.0001f) + 1e-30f),
                    "half a step, and half of one by which the code of 0 is moved; a step that is no normal number is coarse itself"
                );
            });

    [Test]
    public void Messages_come_back_and_foreign_ones_are_refused() =>
        Gen.Float[-100, 100]
            .Array[22]
            .Sample(values =>
            {
                var model = new DenseModel(3, 4, 1).Layout;
                var parameters = new ParameterVector(model, [.. values[..model.Length]]);
                Assert.That(
                    ModelMessage.Read(ModelMessage.Write(parameters), model).Values.ToArray(),
                    Is.EqualTo(parameters.Values.ToArray())
                );
                var small = Int8Model.Of(parameters);
                var read = Int8Model.Read(small.Write(), model);
                Assert.That(read.Dequantize().Values.ToArray(), Is.EqualTo(small.Dequantize().Values.ToArray()));
                Assert.That(small.Write(), Has.Length.EqualTo(Int8Model.SizeOf(model)));
                var other = new DenseModel(4, 3, 1).Layout;
                Assert.That(() => ModelMessage.Read(ModelMessage.Write(parameters), other), Throws.TypeOf<ResearchKitException>());
                Assert.That(() => ModelMessage.Read(small.Write(), model), Throws.TypeOf<ResearchKitException>());
                Assert.That(
                    () => ModelMessage.Read(ModelMessage.Write(parameters).AsSpan()[..^1], model),
                    Throws.TypeOf<ResearchKitException>()
                );
            });

    [Test]
    public void A_class_that_nobody_holds_weighs_alike_and_votes_do_not_underflow()
    {
        var weights = WeightedAverageAggregator.Weights([
            [3, 0],
            [1, 0],
        ]);
        Assert.That(weights.Cast<double>(), Is.EqualTo(new[] { 0.75, 0.5, 0.25, 0.5 }));
        // 400 clients that are right in one of a thousand: a product of shares would be 0 for both classes, and class 0 would win.
        var counts = Enumerable
            .Repeat(
                new[,]
                {
                    { 999, 1 },
                    { 998, 2 },
                },
                400
            )
            .ToArray();
        var z = new LogitTable(400, 2, [.. Enumerable.Repeat(new[] { 0f, 1f }, 400).SelectMany(own => own)]);
        var rule = new VotingAggregator().Create(new EnsembleStatistics(400, 2, [], counts));
        Assert.That(Predictions.Of(rule.Predict(z), 2), Is.EqualTo(new[] { 1 }));
    }

    private static EnsembleStatistics Statistics(LogitTable z, int[] labels, int[][] counts) =>
        new(z.Clients, z.Outputs, counts, EnsembleStatistics.CountVotes(z, labels));
}
