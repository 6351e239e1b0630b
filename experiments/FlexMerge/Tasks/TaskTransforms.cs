using System.Globalization;
using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>What makes a new task of an old one: a turn, an inversion, a part of the classes, a fixed permutation of patches.</summary>
internal static class TaskTransforms
{
    private const int Side = 28;
    private const int Patch = 7;

    public static LabeledData Apply(LabeledData data, string transform)
    {
        if (transform.StartsWith("rot", StringComparison.Ordinal))
        {
            int turns = int.Parse(transform[3..], CultureInfo.InvariantCulture) / 90;
            return Transform(data, new ImageTransforms(new ImageShape(1, Side, Side), ImageTransform.QuarterTurns(turns)));
        }
        if (transform == "inverted")
        {
            return OfPixels(
                data,
                (from, to) =>
                {
                    for (int i = 0; i < to.Length; i++)
                    {
                        to[i] = 1 - from[i];
                    }
                }
            );
        }
        if (transform.StartsWith("classes", StringComparison.Ordinal))
        {
            return Classes(data, [.. transform[7..].Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))]);
        }
        if (transform.StartsWith("patches", StringComparison.Ordinal))
        {
            return Patches(data, RandomStream.Named("flexmerge", "patches", transform[7..]).Permutation(Side / Patch * (Side / Patch)));
        }
        throw new ArgumentException($"There is no transform '{transform}'.", nameof(transform));
    }

    /// <summary>Every row transformed once, without chance.</summary>
    public static LabeledData Transform(LabeledData data, ImageTransforms transforms)
    {
        RandomStream none = RandomStream.Named("flexmerge", "no-chance");
        return OfPixels(data, (from, to) => transforms.Apply(from, to, none));
    }

    private static LabeledData Classes(LabeledData data, int[] classes)
    {
        int[] rows = [.. Enumerable.Range(0, data.Count).Where(row => classes.Contains(data.LabelOf(row)))];
        LabeledData part = data.Subset(rows);
        float[] pixels = new float[rows.Length * data.FeatureLength];
        int[] labels = new int[rows.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            part.CopyRow(row, pixels.AsSpan(row * data.FeatureLength, data.FeatureLength));
            labels[row] = Array.IndexOf(classes, part.LabelOf(row));
        }
        return LabeledData.Of(pixels, labels, new LabeledDataSchema { FeatureShape = [1, Side, Side], ClassCount = classes.Length });
    }

    private static LabeledData Patches(LabeledData data, int[] order) =>
        OfPixels(
            data,
            (from, to) =>
            {
                int grid = Side / Patch;
                for (int i = 0; i < to.Length; i++)
                {
                    (int y, int x) = (i / Side, i % Side);
                    int source = order[(y / Patch * grid) + (x / Patch)];
                    to[i] = from[(((source / grid * Patch) + (y % Patch)) * Side) + (source % grid * Patch) + (x % Patch)];
                }
            }
        );

    private delegate void PixelMap(ReadOnlySpan<float> from, Span<float> to);

    private static LabeledData OfPixels(LabeledData data, PixelMap map)
    {
        float[] pixels = new float[data.Count * ImageTask.Pixels];
        float[] row = new float[data.FeatureLength];
        int[] labels = [.. data.Labels];
        for (int i = 0; i < labels.Length; i++)
        {
            data.CopyRow(i, row);
            map(row, pixels.AsSpan(i * ImageTask.Pixels, ImageTask.Pixels));
        }
        return LabeledData.Of(pixels, labels, new LabeledDataSchema { FeatureShape = [1, Side, Side], ClassCount = data.ClassCount });
    }
}
