using CsCheck;
using ResearchKit.Metrics;

namespace ResearchKit.Core.Tests.Metrics;

public class LatencyHistogramTests
{
    private static readonly Gen<long[]> Latencies = Gen.OneOf(Gen.Long[0, 5_000], Gen.Long[0, 3_600_000_000_000]).Array[1, 60];

    [Test]
    public void Quantiles_are_those_of_the_sorted_values_within_the_resolution() =>
        Gen.Select(Latencies, Gen.Double[0, 1], Gen.Int[1, 5])
            .Sample(
                (latencies, p, digits) =>
                {
                    LatencyHistogram histogram = new(new() { SignificantDigits = digits });
                    foreach (long latency in latencies)
                    {
                        histogram.RecordNanoseconds(latency);
                    }

                    long[] sorted = [.. latencies.Order()];
                    long exact = sorted.First(l => sorted.Count(other => other <= l) >= p * sorted.Length);
                    double width = exact * Math.Pow(10, -digits);
                    Assert.That(histogram.QuantileNanoseconds(p), Is.InRange(exact, exact + width));
                    Assert.That(histogram.MinimumNanoseconds, Is.EqualTo(sorted[0]));
                    Assert.That(histogram.MaximumNanoseconds, Is.EqualTo(sorted[^1]));
                    Assert.That(histogram.QuantileNanoseconds(1), Is.EqualTo(sorted[^1]));
                    Assert.That(histogram.MeanNanoseconds, Is.EqualTo(latencies.Average()).Within(1e-9 * sorted[^1]));
                    Assert.That(histogram.Count, Is.EqualTo(latencies.Length));
                }
            );

    [Test]
    public void Histograms_of_parts_add_up_to_that_of_the_whole() =>
        Gen.Select(Latencies, Latencies)
            .Sample(
                (a, b) =>
                {
                    LatencyHistogram whole = Of([.. a, .. b]);
                    LatencyHistogram sum = Of(a);
                    sum.Add(Of(b));
                    Assert.That(
                        (sum.Count, sum.MinimumNanoseconds, sum.MaximumNanoseconds),
                        Is.EqualTo((whole.Count, whole.MinimumNanoseconds, whole.MaximumNanoseconds))
                    );
                    foreach (double p in (double[])[0, 0.5, 0.99, 1])
                    {
                        Assert.That(sum.QuantileNanoseconds(p), Is.EqualTo(whole.QuantileNanoseconds(p)));
                    }
                }
            );

    /// <summary>Gil Tene's example: 100 s of 1 ms answers every 10 ms, then one of 100 s. Uncorrected p99 is 1 ms; what was not sent would have made it about 98 s.</summary>
    [Test]
    public void Coordinated_omission_is_corrected_on_request()
    {
        LatencyHistogram measured = new();
        measured.RecordNanoseconds(1_000_000, count: 10_000);
        measured.Record(TimeSpan.FromSeconds(100));
        LatencyHistogram corrected = measured.CorrectedFor(TimeSpan.FromMilliseconds(10));
        Assert.That(measured.QuantileMilliseconds(0.99), Is.EqualTo(1).Within(0.002));
        Assert.That(measured.Count, Is.EqualTo(10_001));
        Assert.That(corrected.Count, Is.EqualTo(20_000));
        Assert.That(corrected.QuantileMilliseconds(0.5), Is.EqualTo(1).Within(0.002));
        Assert.That(corrected.QuantileMilliseconds(0.75), Is.EqualTo(50_000).Within(100));
        Assert.That(corrected.QuantileMilliseconds(0.99), Is.EqualTo(98_000).Within(200));
        Assert.That(corrected.MeanNanoseconds / 1e9, Is.EqualTo(25.0).Within(0.05));
    }

    /// <summary>The reference adds l - interval, l - 2 interval, ... by hand to a plain list.</summary>
    [Test]
    public void The_correction_adds_what_would_have_waited() =>
        Gen.Long[0, 1000]
            .Array[1, 20]
            .Sample(milliseconds =>
            {
                List<long> all = [.. milliseconds];
                foreach (long latency in milliseconds)
                {
                    for (long missing = latency - 50; missing >= 50; missing -= 50)
                    {
                        all.Add(missing);
                    }
                }

                LatencyHistogram corrected = Of([.. milliseconds.Select(m => m * 1_000_000)]).CorrectedFor(TimeSpan.FromMilliseconds(50));
                // A latency at a multiple of 50 ms is known within 0.1 %: its last step may or may not be there.
                Assert.That(corrected.Count, Is.EqualTo(all.Count).Within(milliseconds.Count(m => m % 50 is 0 or 49)));
                double mean = all.Average();
                Assert.That(corrected.MeanNanoseconds / 1e6, Is.EqualTo(mean).Within((0.1 * mean) + 1));
            });

    [Test]
    public void Recording_allocates_nothing()
    {
        LatencyHistogram histogram = new();
        histogram.RecordNanoseconds(5);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            histogram.RecordNanoseconds(i * 100_000L);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Wrong_input_is_refused()
    {
        LatencyHistogram histogram = new(new() { Longest = TimeSpan.FromSeconds(1) });
        Assert.That(() => histogram.QuantileNanoseconds(0.5), Throws.InvalidOperationException);
        Assert.That((histogram.MeanNanoseconds, histogram.MinimumNanoseconds), Is.EqualTo((double.NaN, 0L)));
        Assert.That(
            () => histogram.Record(TimeSpan.FromSeconds(2)),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Longest")
        );
        Assert.That(() => histogram.Record(TimeSpan.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => histogram.RecordNanoseconds(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => histogram.RecordNanoseconds(1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => histogram.QuantileNanoseconds(1.5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => histogram.Add(new()), Throws.ArgumentException);
        Assert.That(() => histogram.CorrectedFor(TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new LatencyHistogramOptions { SignificantDigits = 6 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new LatencyHistogramOptions { Longest = TimeSpan.Zero }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(histogram.Count, Is.Zero);
    }

    private static LatencyHistogram Of(long[] nanoseconds)
    {
        LatencyHistogram histogram = new();
        foreach (long latency in nanoseconds)
        {
            histogram.RecordNanoseconds(latency);
        }

        return histogram;
    }
}
