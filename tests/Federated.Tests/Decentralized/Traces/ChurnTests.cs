using System.Text.Json;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Goldens;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Tests.Decentralized.Traces;

/// <summary>Made-up presence and devices.</summary>
public class ChurnTests
{
    [Test]
    public void The_published_diurnal_churn()
    {
        using JsonDocument golden = GoldenFiles.Json("plexus", "churn_synthetic.json");
        foreach (JsonElement entry in golden.RootElement.EnumerateArray())
        {
            IReadOnlyList<IReadOnlyList<(double FromS, double ToS)>> intervals = new DiurnalChurn
            {
                PeriodS = entry.GetProperty("periodS").GetDouble(),
                StepS = entry.GetProperty("timeStepS").GetDouble(),
            }.Intervals(
                entry.GetProperty("phases").Doubles(),
                entry.GetProperty("biases").Doubles(),
                entry.GetProperty("minOnline").GetInt32(),
                entry.GetProperty("maxOnline").GetInt32(),
                entry.GetProperty("durationS").GetDouble()
            );
            Assert.That(
                intervals.Select(own => own.Select(i => new[] { i.FromS, i.ToS })),
                Is.EqualTo(
                    entry.GetProperty("intervals").EnumerateArray().Select(own => own.EnumerateArray().Select(GoldenNumbers.Doubles))
                )
            );
        }
    }

    [Test]
    public void Presence_repeats_after_its_period()
    {
        IntervalAvailability trace = new(
            [true],
            [
                [new(VirtualTime.FromSeconds(10), false), new(VirtualTime.FromSeconds(20), true)],
            ],
            VirtualTime.FromSeconds(30)
        );
        List<(double, bool)> seen = [];
        VirtualTime now = new(-1);
        for (int i = 0; i < 5; i++)
        {
            PresenceChange change = trace.Next(7, now)!.Value;
            seen.Add((change.At.Seconds, change.IsOnline));
            now = change.At;
        }

        Assert.That(seen, Is.EqualTo(new[] { (10.0, false), (20, true), (40, false), (50, true), (70, false) }));
    }

    [Test]
    public void Devices_have_the_published_shape()
    {
        IReadOnlyList<Device> devices = FedScaleLikeDevices.Draw(20_000, RandomStream.Named("devices"));
        double[] kilobits = [.. devices.Select(d => d.BytesPerSecond * 8 / 1000)];
        Assert.That(Metrics.Quantiles.Median(kilobits), Is.EqualTo(6100).Within(200));
        Assert.That(kilobits.Count(k => k < 3000) / 20_000.0, Is.EqualTo(0.26).Within(0.012), "four standard deviations");
        Assert.That(devices.Min(d => d.ComputationMs), Is.EqualTo(15));
        Assert.That(devices.Max(d => d.ComputationMs), Is.EqualTo(199));
    }

    [Test]
    public void Delays_have_the_measured_shape()
    {
        LatencyMatrix made = CityLatencies.Draw(227, RandomStream.Named("cities"));
        double[] delays =
        [
            .. from i in Enumerable.Range(0, 227) from j in Enumerable.Range(0, 227) where i != j select made.Milliseconds(i, j),
        ];
        Assert.That(Metrics.Quantiles.Median(delays), Is.EqualTo(67).Within(8));
        Assert.That(Metrics.Quantiles.Of(delays, 0.25), Is.EqualTo(34).Within(12));
        Assert.That(Metrics.Quantiles.Of(delays, 0.75), Is.EqualTo(101).Within(12));
    }
}
