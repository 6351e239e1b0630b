using CsCheck;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Core.Tests.Learning;

/// <summary>The blocked products against the loops they stand for, at sizes around every block and tail.</summary>
public class DenseProductsTests
{
    private static readonly Gen<(int Rows, int Width, int Units)> Sizes = Gen.Select(Gen.Int[1, 13], Gen.Int[1, 45], Gen.Int[1, 11]);

    [Test]
    public void Forward_is_the_plain_sum() =>
        Sizes.Sample(
            size =>
            {
                var (rows, width, units) = size;
                var (x, w, bias) = (Values(rows * width, "x"), Values(units * width, "w"), Values(units, "b"));
                var y = Filled(rows * units);
                DenseProducts.TimesTransposed(x, w, bias, y, rows);
                for (var row = 0; row < rows; row++)
                {
                    for (var unit = 0; unit < units; unit++)
                    {
                        var sum = (double)bias[unit];
                        for (var k = 0; k < width; k++)
                        {
                            sum += (double)x[(row * width) + k] * w[(unit * width) + k];
                        }
                        Assert.That(y[(row * units) + unit], Is.EqualTo(sum).Within(1e-5), $"{size}: [{row}, {unit}]");
                    }
                }
            },
            iter: 300
        );

    [Test]
    public void A_row_does_not_depend_on_the_rows_beside_it() =>
        Sizes.Sample(
            size =>
            {
                var (rows, width, units) = size;
                var (x, w, bias) = (Values(rows * width, "x"), Values(units * width, "w"), Values(units, "b"));
                var (all, one) = (Filled(rows * units), Filled(units));
                DenseProducts.TimesTransposed(x, w, bias, all, rows);
                for (var row = 0; row < rows; row++)
                {
                    DenseProducts.TimesTransposed(x.AsSpan(row * width, width), w, bias, one, 1);
                    Assert.That(all.AsSpan(row * units, units).SequenceEqual(one), $"{size}: row {row}");
                }
            },
            iter: 300
        );

    // Depths beyond a block, too: the order of a sum, and so its bits, must not show where blocks end.
    [Test]
    public void Products_are_added_in_order_whatever_the_blocks() =>
        Gen.Select(Sizes, Gen.Int[1, 300], Gen.Bool)
            .Sample(
                (size, depth, isTransposed) =>
                {
                    var (rows, columns, _) = size;
                    var (a, b, c) = (Values(rows * depth, "a"), Values(depth * columns, "b"), Values(rows * columns, "c"));
                    var (aRow, aDepth) = isTransposed ? (1, rows) : (depth, 1);
                    var expected = c.ToArray();
                    DenseProducts.AddProduct(a, aRow, aDepth, b, c, rows, depth);
                    for (var i = 0; i < rows; i++)
                    {
                        for (var j = 0; j < columns; j++)
                        {
                            ref var sum = ref expected[(i * columns) + j];
                            for (var k = 0; k < depth; k++)
                            {
                                sum = MathF.FusedMultiplyAdd(a[(i * aRow) + (k * aDepth)], b[(k * columns) + j], sum);
                            }
                        }
                    }
                    Assert.That(c, Is.EqualTo(expected), $"{size}, depth {depth}");
                },
                iter: 300
            );

    private static float[] Values(int count, string name)
    {
        var values = new double[count];
        RandomStream.Named("dense-products", name).FillGaussian(values);
        return Array.ConvertAll(values, value => (float)value);
    }

    // What is set, not added to, must not depend on what was there.
    private static float[] Filled(int count)
    {
        var values = new float[count];
        Array.Fill(values, float.NaN);
        return values;
    }
}
