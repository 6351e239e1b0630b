using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Merge;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>
/// Other ways to spend the same bytes, asked for by a reviewer: the base and, for each task, its own difference, cut to its largest values, or rounded to a few bits. A control that needs no merging, and the one that merged models have to beat.
/// </summary>
[Experiment(
    "flexmerge/storage-controls",
    Paper = "arXiv:2505.23209",
    Shows = "Merged models beside compressed task vectors at equal bytes"
)]
public sealed class StorageControls : CurveExperiment
{
    private const string Flex = "FlexMerge, task arithmetic";
    private const string Masks = "FlexMerge, EMR";
    private const string Largest = "base + largest differences";
    private const string Rounded = "base + rounded differences";

    private static readonly (string Suite, string Backbone)[] Judged = [(Suites.Generated, "mlp-small"), (Suites.Eight, "mlp")];

    /// <inheritdoc/>
    public override CurveOptions For(Scale scale) =>
        scale == Scale.Quick
            ? new CurveOptions { Sizes = [2, 3, 4] }
            : new CurveOptions
            {
                Suites = [Suites.Eight],
                Backbones = ["mlp"],
                Sizes = [1.5, 2, 3, 4, 5],
                LongTraining = true,
            };

    internal override IEnumerable<CurveVariant> Variants(CurveCell cell, CurveOptions options) =>
        [new(Flex, new TaskArithmetic(1.5)), new(Masks, new EmrMerging())];

    /// <inheritdoc/>
    public override async IAsyncEnumerable<CurveRow> MeasureAsync(
        CurveCell cell,
        CellContext<CurveOptions> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(context);
        await foreach (CurveRow row in base.MeasureAsync(cell, context, cancellationToken))
        {
            yield return row;
        }
        using FineTunedSuite suite = await FineTunedSuite.GetAsync(
            cell.Suite,
            cell.Backbone,
            cell.Seed,
            context.Options.Budget,
            context.Data,
            context.Progress,
            cancellationToken
        );
        foreach (double size in context.Options.Sizes)
        {
            // One bit a parameter and task says which values are kept; they cost 32 bits each.
            double kept = ((size - 1) / suite.Tasks.Count) - (1.0 / 32);
            if (kept is > 0 and < 1)
            {
                yield return Row(suite, Largest, size, size, difference => Sparse(difference, kept), cancellationToken);
            }
            int bits = (int)(32 * (size - 1) / suite.Tasks.Count);
            if (bits is >= 2 and <= 16)
            {
                yield return Row(
                    suite,
                    Rounded,
                    size,
                    1 + (suite.Tasks.Count * bits / 32.0),
                    difference => Round(difference, bits),
                    cancellationToken
                );
            }
        }
    }

    /// <inheritdoc/>
    protected override string FigureId => "controls";

    /// <inheritdoc/>
    protected override string FigureTitle => "Merged beside compressed, at equal bytes";

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<CurveCell, CurveRow>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach ((string suite, string backbone) in Judged)
        {
            string id = $"over-largest-{suite}";
            yield return On(
                    Claim
                        .Difference(
                            id,
                            $"On {suite} at 3x EMR in FlexMerge minus the base with each task's largest differences in the same bytes"
                        )
                        .In("points")
                        .Accept(atLeast: 0)
                        .Measured(Difference(Values(rows, suite, backbone, Masks, 3), Values(rows, suite, backbone, Largest, 3), id)),
                    suite
                )
                .StatedWithoutNumber("not in the paper; asked for in its reviews")
                .Because($"a control of this library's own: merging must be worth more than compressing, or the claim fails; {Honest}");
        }
    }

    private static CurveRow Row(
        FineTunedSuite suite,
        string name,
        double requested,
        double size,
        Action<float[]> compress,
        CancellationToken cancellationToken
    )
    {
        (BlockDivision division, TaskVectors vectors) = suite.Vectors(Granularity.Tensor);
        float[][] start = [.. Enumerable.Range(0, division.Blocks.Count).Select(block => vectors.Base(block).ToArray())];
        float[][][] compressed =
        [
            .. Enumerable
                .Range(0, vectors.Tasks.Count)
                .Select(task =>
                    Enumerable
                        .Range(0, division.Blocks.Count)
                        .Select(block =>
                        {
                            float[] difference = vectors.Of(task, block).ToArray();
                            compress(difference);
                            return difference;
                        })
                        .ToArray()
                ),
        ];
        TaskVectors changed = new(vectors.Tasks, division.Blocks, start, compressed);
        FlexModel model = FlexModel.Merge(
            changed,
            division,
            Partition.Singletons(division.Blocks.Count, vectors.Tasks.Count),
            new Averaging(),
            cancellationToken: cancellationToken
        );
        double[] accuracies = suite.Accuracies(model, cancellationToken);
        return new CurveRow(
            name,
            requested,
            size,
            100 * suite.Normalised(accuracies),
            100 * accuracies.Average(),
            100 * suite.Base.Average(),
            100 * suite.FineTuned.Average()
        );
    }

    private static void Sparse(float[] difference, double kept)
    {
        if (kept * difference.Length >= 1)
        {
            new Sparsification(kept).Apply(difference);
        }
        else
        {
            difference.AsSpan().Clear();
        }
    }

    // Evenly spaced levels from minus to plus the largest magnitude of the tensor.
    private static void Round(float[] difference, int bits)
    {
        float largest = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(difference));
        float levels = (1 << (bits - 1)) - 1;
        for (int i = 0; largest > 0 && i < difference.Length; i++)
        {
            difference[i] = MathF.Round(difference[i] / largest * levels) / levels * largest;
        }
    }
}
