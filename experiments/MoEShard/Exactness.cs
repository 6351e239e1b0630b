using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;
using ResearchKit.Moe;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Papers.MoEShard;

/// <summary>That sharding computes the same function as whole experts, on real ranks of this machine, and what its exchange carries.</summary>
[Experiment("moeshard/exactness", Paper = "arXiv:2503.08467", Shows = "Sharded experts equal whole ones")]
public sealed class Exactness : Experiment<Exactness.Options, Exactness.Cell, Exactness.Row>
{
    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>T.</summary>
        [Range(1, 100_000)]
        [Description("tokens of each rank")]
        public int Tokens { get; init; } = 512;

        /// <summary>d.</summary>
        [Range(1, 8192)]
        [Description("the model width")]
        public int Width { get; init; } = 128;

        /// <summary>h.</summary>
        [Range(2, 32_768)]
        [Description("the hidden width")]
        public int Hidden { get; init; } = 256;
    }

    /// <summary>A layer.</summary>
    /// <param name="Activation">relu or swiGlu.</param>
    /// <param name="Experts">E.</param>
    /// <param name="IsFused">Whether all experts go through each matrix together.</param>
    /// <param name="Seed">The seed.</param>
    public sealed record Cell(ExpertActivation Activation, int Experts, bool IsFused, int Seed);

    /// <summary>What came out.</summary>
    /// <param name="Ranks">G, real ranks on this machine.</param>
    /// <param name="RelativeError">The largest difference to whole experts over the largest output, float32.</param>
    /// <param name="SentBytes">What rank 0 sent.</param>
    /// <param name="FormulaBytes">2 (G-1) T d w + 4 E (G-1).</param>
    /// <param name="KernelCalls">Matrix products and activations on rank 0.</param>
    public sealed record Row(int Ranks, double RelativeError, long SentBytes, long FormulaBytes, long KernelCalls);

    /// <inheritdoc/>
    public override Options For(Scale scale) =>
        scale == Scale.Quick
            ? new()
            : new()
            {
                Tokens = 4096,
                Width = 768,
                Hidden = 3072,
            };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        from activation in new[] { ExpertActivation.Relu, ExpertActivation.SwiGlu }
        from experts in new[] { 8, 64 }
        from fused in new[] { false, true }
        from seed in options.Seeds
        select new Cell(activation, experts, fused, seed);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        const int Ranks = 2;
        Torch.EnsureLoaded();
        Options options = context.Options;
        using HostExpertStore store = HostExpertStore.Random(
            cell.Experts,
            new(options.Width, options.Hidden, cell.Activation),
            context.Random("experts", cell.Activation.ToString())
        );
        float[][] inputs =
        [
            .. Enumerable.Range(0, Ranks).Select(rank => Draw(options.Tokens * options.Width, context.Random("tokens", Text(rank)))),
        ];
        float[] gate = Draw(cell.Experts * options.Width, context.Random("gate"));
        Row[] rows = new Row[Ranks];
        await RankGroup.RunAsync(
            Ranks,
            async (collectives, token) =>
                rows[collectives.Rank] = await CompareAsync(collectives, store, inputs[collectives.Rank], gate, cell, token),
            new() { ThreadsPerRank = 1 },
            cancellationToken
        );
        yield return rows[0] with
        {
            RelativeError = rows.Max(row => row.RelativeError),
        };
    }

    private static async Task<Row> CompareAsync(
        ICollectives collectives,
        HostExpertStore store,
        float[] input,
        float[] gate,
        Cell cell,
        CancellationToken cancellationToken
    )
    {
        int width = store.Shape.ModelWidth;
        using torch.Tensor flatGate = torch.tensor(gate);
        using torch.Tensor matrix = flatGate.reshape(cell.Experts, width);
        using SoftmaxRouter router = new(matrix);
        using torch.Tensor flat = torch.tensor(input);
        using torch.Tensor x = flat.reshape(-1, width);
        await using MoeLayer whole = new(
            router,
            store,
            ExpertPlacement.Contiguous(collectives.Size, cell.Experts),
            new FixedScheduler(),
            collectives
        );
        using ShardedMoeLayer sharded = new(router, store, collectives, cell.IsFused);
        using torch.Tensor expected = await whole.ForwardAsync(x, cancellationToken);
        using torch.Tensor got = await sharded.ForwardAsync(x, cancellationToken);
        float[] a = expected.data<float>().ToArray();
        float[] b = got.data<float>().ToArray();
        double scale = a.Max(Math.Abs);
        double error = a.Zip(b, static (p, q) => Math.Abs(p - q)).Max() / scale;
        long others = collectives.Size - 1;
        long formula = (2 * others * input.Length * sizeof(float)) + (sizeof(int) * others * cell.Experts);
        return new(collectives.Size, error, sharded.LastTraffic.BytesSent, formula, sharded.KernelCalls);
    }

    private static float[] Draw(int length, RandomStream stream)
    {
        double[] values = new double[length];
        stream.FillGaussian(values);
        return Array.ConvertAll(values, static v => (float)v);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        yield return new Figure
        {
            Id = "kernel-calls",
            Title = "Calls of matrix products and activations",
            Caption = "Fused: every expert's segment of each product, and one activation; not fused: one activation more for each expert.",
            X = new Axis("experts"),
            Y = new Axis("calls") { Minimum = 0 },
            Series =
            [
                .. rows.GroupBy(r => r.Cell.IsFused)
                    .Select(g => new Series(
                        g.Key ? "fused" : "unfused",
                        SeriesKind.Scatter,
                        [
                            .. g.Where(r => r.Cell.Activation == ExpertActivation.Relu)
                                .Select(r => new SeriesPoint(r.Cell.Experts, r.Row.KernelCalls)),
                        ]
                    )),
            ],
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        double[] errors = [.. rows.GroupBy(r => r.Cell.Seed).OrderBy(g => g.Key).Select(g => g.Max(r => r.Row.RelativeError))];
        yield return Claim
            .Value(
                "equal",
                "The largest relative difference between sharded and whole experts (float32, ReLU and SwiGLU, E = 8 and 64, k = 1, G = 2 real ranks)"
            )
            .Published(0, "the method: partial results are summed exactly but for rounding")
            .Accept(atMost: 1e-5)
            .Because(
                "only the order of summation over the hidden width differs; exactly 0 where the matrix product cuts its sums into the same halves"
            )
            .Measured(
                errors.Length == 0 ? null : Intervals.OfSeeds(errors, RandomStream.Named("moeshard/exactness", "equal", "bootstrap"))
            );
        yield return Claim
            .Exact("bytes", "Layers whose bytes sent differ from 2 (G-1) T d w + 4 E (G-1) (G = 2 real ranks)")
            .Published(0, "the authors' counters: 552,961,536 at G = 4, T = 30,000, d = 768, E = 128")
            .Because("all-gather of tokens and counts, reduce-scatter of sums")
            .Measured(rows.Count == 0 ? null : Exact(rows.Count(r => r.Row.SentBytes != r.Row.FormulaBytes)));
    }

    private static Estimate Exact(double value) => new(value, value, value, 0, 1, IntervalMethod.Deterministic);
}
