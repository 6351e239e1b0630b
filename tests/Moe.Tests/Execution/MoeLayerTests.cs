using System.Text.Json;
using ResearchKit.Goldens;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Moe.Tests;

[NonParallelizable]
public class MoeLayerTests
{
    private const int Experts = 8;
    private const int Width = 16;
    private static readonly RankGroupOptions Quick = new() { ThreadsPerRank = 1, Patience = TimeSpan.FromSeconds(20) };

    private static readonly ITokenScheduler[] Lossless =
    [
        new FixedScheduler(),
        new HarmoenyScheduler(new() { MinimumTokens = 1 }),
        new HarmoenyScheduler(new() { MinimumTokens = 4, Mode = HarmoenyMode.Capped }),
        new EvenSplitScheduler(),
        new CapacityScheduler(new() { Mode = CapacityMode.MaxCount }),
        new ShadowingScheduler(new() { ModelWidth = Width, GemmFlops = 1e6 }),
    ];

    [Test]
    public async Task Every_lossless_path_equals_the_dense_layer([Values(1, 2, 3)] int ranks, [Values] ExpertActivation activation)
    {
        foreach (ITokenScheduler scheduler in Lossless)
        {
            foreach (ExpertFetch fetch in new[] { ExpertFetch.Asynchronous, ExpertFetch.Synchronous, ExpertFetch.PeerToPeer })
            {
                await AssertEqualsDense(ranks, activation, topK: ranks, scheduler, fetch, torch.ScalarType.Float64, 1e-12);
            }
        }

        await AssertEqualsDense(ranks, activation, 1, Lossless[1], ExpertFetch.Asynchronous, torch.ScalarType.Float32, 1e-5);
    }

    [Test]
    public async Task Replicated_experts_give_the_same_output()
    {
        ExpertPlacement replicas = ExpertPlacement.OfReplicas(
            [
                [0, 1, 2, 3, 4],
                [0, 5, 6, 7, 1],
            ],
            Experts
        );
        await AssertEqualsDense(2, ExpertActivation.Relu, 2, Lossless[0], ExpertFetch.None, torch.ScalarType.Float64, 1e-12, replicas);
        await AssertEqualsDense(
            2,
            ExpertActivation.Relu,
            2,
            Lossless[1],
            ExpertFetch.Asynchronous,
            torch.ScalarType.Float64,
            1e-12,
            replicas
        );
    }

    [Test]
    public async Task The_sharded_layer_equals_the_dense_layer(
        [Values(1, 2, 3)] int ranks,
        [Values] ExpertActivation activation,
        [Values] bool fused
    )
    {
        (double[][] inputs, double[] gate, HostExpertStore store) = Make(ranks, activation, torch.ScalarType.Float64, hidden: 11);
        using (store)
        {
            double[][] outputs = new double[ranks][];
            await RankGroup.RunAsync(
                ranks,
                async (collectives, token) =>
                {
                    using SoftmaxRouter router = Router(gate, 2, torch.ScalarType.Float64);
                    using ShardedMoeLayer layer = new(router, store, collectives, fused);
                    using torch.Tensor x = torch.tensor(inputs[collectives.Rank]).reshape(-1, Width);
                    for (int repeat = 0; repeat < 2; repeat++)
                    {
                        using torch.Tensor y = await layer.ForwardAsync(x, token);
                        outputs[collectives.Rank] = [.. y.data<double>()];
                    }
                },
                Quick
            );
            for (int rank = 0; rank < ranks; rank++)
            {
                Assert.That(outputs[rank], Is.EqualTo(DenseReference.Forward(inputs[rank], Width, store, gate, 2)).Within(1e-12));
            }
        }
    }

    [Test]
    public async Task Golden_layers_sharded_and_not()
    {
        using JsonDocument golden = GoldenFiles.Json("moe", "moe_layer.json");
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            int ranks = c.GetProperty("ranks").GetInt32();
            int experts = c.GetProperty("experts").GetInt32();
            int d = c.GetProperty("dModel").GetInt32();
            ExpertShape shape = new(
                d,
                c.GetProperty("dFf").GetInt32(),
                c.GetProperty("activation").GetString() == "relu" ? ExpertActivation.Relu : ExpertActivation.SwiGlu
            );
            JsonElement[] weights = [.. c.GetProperty("weights").EnumerateArray()];
            using HostExpertStore store = new([
                .. weights.Select(w => new ExpertWeights(
                    shape,
                    torch.tensor(Rows(w, shape)).reshape(shape.Matrices * shape.HiddenWidth, d)
                )),
            ]);
            double[] gate = Flat(c.GetProperty("gate"));
            double[][] inputs = [.. c.GetProperty("input").EnumerateArray().Select(Flat)];
            double[][] expected = [.. c.GetProperty("output").EnumerateArray().Select(Flat)];
            int[][] chosen = [.. c.GetProperty("expert").EnumerateArray().Select(e => Flat(e).Select(v => (int)v).ToArray())];
            string which = $"case {c.GetProperty("id")}";
            if (ranks > shape.HiddenWidth)
            {
                continue;
            }

            await RankGroup.RunAsync(
                ranks,
                async (collectives, token) =>
                {
                    using SoftmaxRouter router = new(torch.tensor(gate).reshape(experts, d));
                    using torch.Tensor x = torch.tensor(inputs[collectives.Rank]).reshape(-1, d);
                    TokenRouting routing = new();
                    router.Route(x, routing);
                    Assert.That(routing.Experts.ToArray(), Is.EqualTo(chosen[collectives.Rank]), which);
                    await using MoeLayer layer = new(
                        router,
                        store,
                        ExpertPlacement.Contiguous(ranks, experts),
                        new HarmoenyScheduler(new() { MinimumTokens = 1 }),
                        collectives
                    );
                    using ShardedMoeLayer sharded = new(router, store, collectives);
                    using torch.Tensor y = await layer.ForwardAsync(x, token);
                    using torch.Tensor z = await sharded.ForwardAsync(x, token);
                    Assert.That(y.data<double>().ToArray(), Is.EqualTo(expected[collectives.Rank]).Within(1e-12), which);
                    Assert.That(z.data<double>().ToArray(), Is.EqualTo(expected[collectives.Rank]).Within(1e-12), which);
                },
                Quick
            );
        }
    }

    [Test]
    public async Task Dropped_tokens_are_zero_and_counted()
    {
        (double[][] inputs, double[] gate, HostExpertStore store) = Make(2, ExpertActivation.Relu, torch.ScalarType.Float64);
        using (store)
        {
            await RankGroup.RunAsync(
                2,
                async (collectives, token) =>
                {
                    using SoftmaxRouter router = Router(gate, 1, torch.ScalarType.Float64);
                    await using MoeLayer layer = new(
                        router,
                        store,
                        ExpertPlacement.Contiguous(2, Experts),
                        new CapacityScheduler(new() { CapacityFactor = 0.5, LeastCapacity = 1 }),
                        collectives
                    );
                    using torch.Tensor x = torch.tensor(inputs[collectives.Rank]).reshape(-1, Width);
                    using torch.Tensor y = await layer.ForwardAsync(x, token);
                    double[] dense = DenseReference.Forward(inputs[collectives.Rank], Width, store, gate, 1);
                    double[] output = [.. y.data<double>()];
                    int zero = 0;
                    for (int t = 0; t < output.Length / Width; t++)
                    {
                        double[] row = output[(t * Width)..((t + 1) * Width)];
                        bool dropped = row.All(v => v == 0);
                        zero += dropped ? 1 : 0;
                        Assert.That(dropped || row.Zip(dense[(t * Width)..]).All(p => Math.Abs(p.First - p.Second) < 1e-12), Is.True);
                    }

                    Assert.That(zero, Is.GreaterThan(0));
                    Assert.That(layer.LastTiming.DroppedTokens, Is.EqualTo(layer.LastSchedule.Dropped(layer.LastCounts)));
                },
                Quick
            );
        }
    }

    [Test]
    public async Task Sharding_counts_the_bytes_of_the_formula()
    {
        (_, double[] gate, HostExpertStore store) = Make(4, ExpertActivation.Relu, torch.ScalarType.Float32);
        const int Tokens = 50;
        using (store)
        {
            await RankGroup.RunAsync(
                4,
                async (collectives, token) =>
                {
                    using SoftmaxRouter router = Router(gate, 1, torch.ScalarType.Float32);
                    using ShardedMoeLayer layer = new(router, store, collectives);
                    using torch.Tensor x = torch.randn([Tokens, Width], generator: RandomStream.Named("bytes").TorchGenerator());
                    using torch.Tensor y = await layer.ForwardAsync(x, token);
                    long rows = Tokens * Width * 4;
                    Assert.That(layer.LastTraffic.BytesSent, Is.EqualTo((2 * 3 * rows) + (4 * Experts * 3)));
                    Assert.That(layer.LastTraffic.BytesReceived, Is.EqualTo((3 * rows) + rows + (4 * Experts * 3)));
                    Assert.That(collectives.Traffic.BytesSent, Is.EqualTo(layer.LastTraffic.BytesSent), "what is really sent");
                },
                Quick
            );
        }
    }

    [Test]
    public async Task In_float32_sharding_stays_within_rounding()
    {
        const int Tokens = 512;
        const int Wide = 128;
        using HostExpertStore store = HostExpertStore.Random(8, new(Wide, 300, ExpertActivation.Relu), RandomStream.Named("rounding"));
        double[] error = new double[2];
        await RankGroup.RunAsync(
            2,
            async (collectives, token) =>
            {
                SkewRouter router = new(new MultinomialSkew(0.5), 8, RandomStream.Named("rounding", "routing"));
                SkewRouter same = new(new MultinomialSkew(0.5), 8, RandomStream.Named("rounding", "routing"));
                using torch.Tensor x = torch.randn([Tokens, Wide], generator: RandomStream.Named("rounding", "x").TorchGenerator());
                await using MoeLayer whole = new(router, store, ExpertPlacement.Contiguous(2, 8), new FixedScheduler(), collectives);
                using ShardedMoeLayer sharded = new(same, store, collectives);
                using torch.Tensor y = await whole.ForwardAsync(x, token);
                using torch.Tensor z = await sharded.ForwardAsync(x, token);
                float[] a = y.data<float>().ToArray();
                float[] b = z.data<float>().ToArray();
                Assert.That(a.Max(Math.Abs), Is.InRange(0.01f, 100f));
                error[collectives.Rank] = a.Zip(b, (p, q) => (double)Math.Abs(p - q)).Max() / a.Max(Math.Abs);
            },
            Quick
        );
        // Often exactly 0: the matrix product itself cuts a long sum into the same halves.
        Assert.That(error, Is.All.InRange(0, 1e-5));
    }

    [Test]
    public void The_published_byte_counters_follow_the_formula()
    {
        // G = 4, T = 30,000, d = 768, E = 128 in float32: the authors' counters.
        long rows = 30_000L * 768 * 4;
        long counts = 4L * 128 * 3;
        Assert.That((2 * 3 * rows) + counts, Is.EqualTo(552_961_536));
        Assert.That((3 * rows) + rows + counts, Is.EqualTo(368_641_536));
    }

    [Test]
    public async Task Prefetching_never_computes_with_other_weights_whatever_the_delays()
    {
        // Stamped slots throw if they are used with other weights; every load is delayed at random.
        (double[][] inputs, double[] gate, HostExpertStore store) = Make(2, ExpertActivation.Relu, torch.ScalarType.Float64, tokens: 40);
        using (store)
        {
            foreach (
                int[][] held in new int[][][]
                {
                    [
                        [0, 1, 2, 3],
                        [4, 5, 6, 7],
                    ],
                    [
                        [0, 1, 2, 3, 4, 5, 6],
                        [7],
                    ],
                }
            )
            {
                await RankGroup.RunAsync(
                    2,
                    async (collectives, token) =>
                    {
                        using SoftmaxRouter router = Router(gate, 2, torch.ScalarType.Float64);
                        DelayedStore delayed = new(
                            store,
                            RandomStream.Named("delays", held[1].Length.ToString(System.Globalization.CultureInfo.InvariantCulture))
                        );
                        await using MoeLayer layer = new(router, delayed, ExpertPlacement.Of(held, Experts), new Elsewhere(), collectives);
                        using torch.Tensor x = torch.tensor(inputs[collectives.Rank]).reshape(-1, Width);
                        for (int i = 0; i < 5; i++)
                        {
                            using torch.Tensor y = await layer.ForwardAsync(x, token);
                            Assert.That(
                                y.data<double>().ToArray(),
                                Is.EqualTo(DenseReference.Forward(inputs[collectives.Rank], Width, store, gate, 2)).Within(1e-12)
                            );
                            Assert.That(layer.LastTiming.Fetches, Is.Positive);
                        }
                    },
                    Quick
                );
            }
        }
    }

    [Test]
    public async Task A_layer_leaves_no_tensor_behind() =>
        await LiveTensors.AssertNoLeakAsync(async () =>
        {
            (double[][] inputs, double[] gate, HostExpertStore store) = Make(2, ExpertActivation.SwiGlu, torch.ScalarType.Float32);
            using (store)
            {
                await RankGroup.RunAsync(
                    2,
                    async (collectives, token) =>
                    {
                        using SoftmaxRouter router = Router(gate, 1, torch.ScalarType.Float32);
                        using torch.Tensor flat = torch.tensor(Array.ConvertAll(inputs[collectives.Rank], v => (float)v));
                        using torch.Tensor x = flat.reshape(-1, Width);
                        foreach (ExpertFetch fetch in new[] { ExpertFetch.Asynchronous, ExpertFetch.PeerToPeer })
                        {
                            await using MoeLayer layer = new(
                                router,
                                store,
                                ExpertPlacement.Contiguous(2, Experts),
                                new EvenSplitScheduler(),
                                collectives,
                                new() { Fetch = fetch, SharedExperts = [store[0]] }
                            );
                            using torch.Tensor y = await layer.ForwardAsync(x, token);
                        }

                        using ShardedMoeLayer sharded = new(router, store, collectives);
                        using torch.Tensor z = await sharded.ForwardAsync(x, token);
                    },
                    Quick
                );
            }
        });

    [Test]
    public async Task Wrong_input_is_refused_with_what_is_wrong()
    {
        (double[][] inputs, double[] gate, HostExpertStore store) = Make(1, ExpertActivation.Relu, torch.ScalarType.Float64);
        using (store)
        {
            await RankGroup.RunAsync(
                1,
                async (collectives, token) =>
                {
                    using SoftmaxRouter router = Router(gate, 1, torch.ScalarType.Float64);
                    await using MoeLayer layer = new(
                        router,
                        store,
                        ExpertPlacement.Contiguous(1, Experts),
                        new FixedScheduler(),
                        collectives
                    );
                    using torch.Tensor narrow = torch.zeros([3, 4], torch.float64);
                    Assert.That(
                        async () => await layer.ForwardAsync(narrow, token),
                        Throws.ArgumentException.With.Message.Contains("[3, 4]")
                    );
                    using torch.Tensor poisoned = torch.tensor(inputs[0]).reshape(-1, Width);
                    poisoned[5, 3] = double.NaN;
                    ResearchKitException? e = await Assert.ThrowsAsync<ResearchKitException>(async () =>
                        await layer.ForwardAsync(poisoned, token)
                    );
                    Assert.That(e!.Message, Does.Contain("token 5"));
                    Assert.That(
                        () => new MoeLayer(router, store, ExpertPlacement.Contiguous(2, Experts), new FixedScheduler(), collectives),
                        Throws.ArgumentException.With.Message.Contains("on 2 ranks; there are 1 ranks")
                    );
                    await using MoeLayer none = new(
                        router,
                        store,
                        ExpertPlacement.Contiguous(1, Experts),
                        new FixedScheduler(),
                        collectives
                    );
                    using torch.Tensor empty = torch.zeros([0, Width], torch.float64);
                    using torch.Tensor nothing = await none.ForwardAsync(empty, token);
                    Assert.That(nothing.shape, Is.EqualTo(new long[] { 0, Width }), "no tokens are no error");
                },
                Quick
            );
        }

        Assert.That(() => ExpertWeights.SliceOf(3, 0, 4), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("4 ranks"));
    }

    private static async Task AssertEqualsDense(
        int ranks,
        ExpertActivation activation,
        int topK,
        ITokenScheduler scheduler,
        ExpertFetch fetch,
        torch.ScalarType type,
        double tolerance,
        ExpertPlacement? placement = null
    )
    {
        (double[][] inputs, double[] gate, HostExpertStore store) = Make(ranks, activation, type);
        using (store)
        {
            double[][] outputs = new double[ranks][];
            await RankGroup.RunAsync(
                ranks,
                async (collectives, token) =>
                {
                    using SoftmaxRouter router = Router(gate, topK, type);
                    await using MoeLayer layer = new(
                        router,
                        store,
                        placement ?? ExpertPlacement.Contiguous(ranks, Experts),
                        scheduler,
                        collectives,
                        new() { Fetch = fetch, MeasuresWait = true }
                    );
                    using torch.Tensor full = torch.tensor(inputs[collectives.Rank]).reshape(-1, Width);
                    using torch.Tensor x = full.to(type);
                    for (int repeat = 0; repeat < 2; repeat++)
                    {
                        using torch.Tensor y = await layer.ForwardAsync(x, token);
                        using torch.Tensor wide = y.to(torch.float64);
                        outputs[collectives.Rank] = [.. wide.data<double>()];
                    }

                    Assert.That(layer.LastTiming.DroppedTokens, Is.Zero);
                },
                Quick
            );
            for (int rank = 0; rank < ranks; rank++)
            {
                double[] dense = DenseReference.Forward(inputs[rank], Width, store, gate, topK);
                double scale = type == torch.ScalarType.Float64 ? 1 : dense.Select(Math.Abs).DefaultIfEmpty(1).Max();
                Assert.That(outputs[rank], Is.EqualTo(dense).Within(tolerance * scale), $"{scheduler.Name}, {fetch}, rank {rank}");
            }
        }
    }

    private static (double[][] Inputs, double[] Gate, HostExpertStore Store) Make(
        int ranks,
        ExpertActivation activation,
        torch.ScalarType type,
        int hidden = 24,
        int tokens = 30
    )
    {
        // Rank 1 has no tokens where there are three ranks; values that float32 holds.
        double[][] inputs =
        [
            .. Enumerable
                .Range(0, ranks)
                .Select(rank =>
                    DenseReference
                        .Draw(Width * (ranks == 3 && rank == 1 ? 0 : tokens + (5 * rank)), $"x{rank}")
                        .Select(v => (double)(float)v)
                        .ToArray()
                ),
        ];
        double[] gate = [.. DenseReference.Draw(Experts * Width, "gate").Select(v => (double)(float)(0.3 * v))];
        return (inputs, gate, HostExpertStore.Random(Experts, new(Width, hidden, activation), RandomStream.Named("experts"), type));
    }

    private static SoftmaxRouter Router(double[] gate, int topK, torch.ScalarType type)
    {
        using torch.Tensor flat = torch.tensor(gate, dtype: type);
        using torch.Tensor matrix = flat.reshape(Experts, Width);
        return new(matrix, topK);
    }

    /// <summary>The file has the last matrix as [d, h]; weights keep it as [h, d].</summary>
    private static double[] Rows(JsonElement weights, ExpertShape shape)
    {
        double[][] matrices = [.. weights.EnumerateArray().Select(Flat)];
        (int d, int h) = (shape.ModelWidth, shape.HiddenWidth);
        double[] down = [.. Enumerable.Range(0, h * d).Select(i => matrices[^1][(i % d * h) + (i / d)])];
        return [.. matrices[..^1].SelectMany(m => m), .. down];
    }

    private static double[] Flat(JsonElement array) =>
        array.ValueKind == JsonValueKind.Array ? [.. array.EnumerateArray().SelectMany(Flat)] : [array.GetDouble()];

    /// <summary>Every token to the other rank than the one that holds its expert.</summary>
    private sealed class Elsewhere : ITokenScheduler
    {
        public string Name => "elsewhere";

        public bool IsLossless => true;

        public ExpertTransfer Transfer => ExpertTransfer.FromHost;

        public void Plan(TokenCounts counts, ExpertPlacement placement, Schedule schedule)
        {
            schedule.Clear(counts.Ranks, counts.Experts);
            for (int source = 0; source < counts.Ranks; source++)
            {
                for (int expert = 0; expert < counts.Experts; expert++)
                {
                    schedule.Assign(source, expert, 1 - placement.RanksOf(expert)[0], counts[source, expert]);
                }
            }
        }
    }

    private sealed class DelayedStore(HostExpertStore inner, RandomStream delays) : IExpertStore
    {
        public int Experts => inner.Experts;

        public ExpertShape Shape => inner.Shape;

        public torch.ScalarType Type => inner.Type;

        public void Load(int expert, ExpertWeights into, CancellationToken cancellationToken = default)
        {
            int wait;
            lock (delays)
            {
                wait = delays.NextInt(4);
            }

            Thread.Sleep(wait);
            inner.Load(expert, into, cancellationToken);
        }
    }
}
