using CsCheck;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Core.Tests.Simulation;

public class FifoResourceTests
{
    [Test]
    public void One_server_serves_one_after_the_other()
    {
        FifoResource resource = new();
        Assert.That(resource.Utilization, Is.Zero);
        Assert.That(resource.Serve(new(10), new(5)), Is.EqualTo(new ServedJob(new(10), new(10), new(15))));
        ServedJob second = resource.Serve(new(12), new(4));
        Assert.That(second, Is.EqualTo(new ServedJob(new(12), new(15), new(19))));
        Assert.That((second.Wait.Nanoseconds, second.Response.Nanoseconds), Is.EqualTo((3, 7)));
        Assert.That(resource.Serve(new(30), new(1)).Start.Nanoseconds, Is.EqualTo(30));
        Assert.That((resource.Jobs, resource.TotalService.Nanoseconds, resource.TotalWait.Nanoseconds), Is.EqualTo((3, 10, 3)));
        Assert.That((resource.LongestWait.Nanoseconds, resource.LastFinish.Nanoseconds), Is.EqualTo((3, 31)));
        Assert.That(resource.Utilization, Is.EqualTo(10 / 31.0).Within(1e-12));
    }

    /// <summary>The reference plays the queue step by step: at each arrival and each end, waiting jobs take free servers in order.</summary>
    [Test]
    public void Times_are_those_of_a_queue_played_by_events() =>
        Gen.Select(Gen.Int[1, 4], Gen.Select(Gen.Long[0, 20], Gen.Long[0, 30]).Array[0, 40])
            .Sample(
                (servers, jobs) =>
                {
                    FifoResource resource = new(servers);
                    long arrival = 0;
                    (long Arrival, long Service)[] absolute = [.. jobs.Select(job => (arrival += job.Item1, job.Item2))];
                    ServedJob[] served = [.. absolute.Select(job => resource.Serve(new(job.Arrival), new(job.Service)))];
                    Assert.That(served.Select(job => job.Start.Nanoseconds), Is.EqualTo(Play(servers, absolute)));
                    Assert.That(served.All(job => job.Finish - job.Start == new VirtualTime(absolute[Array.IndexOf(served, job)].Service)));
                    Assert.That(resource.TotalWait.Nanoseconds, Is.EqualTo(served.Sum(job => job.Wait.Nanoseconds)));
                }
            );

    private static long[] Play(int servers, (long Arrival, long Service)[] jobs)
    {
        EventQueue queue = new();
        for (int i = 0; i < jobs.Length; i++)
        {
            queue.Schedule(new(jobs[i].Arrival), kind: 0, node: i);
        }

        Queue<int> waiting = new();
        long[] starts = new long[jobs.Length];
        int free = servers;
        while (queue.TryDequeue(out SimulationEvent next))
        {
            if (next.Kind == 0)
            {
                waiting.Enqueue(next.Node);
            }
            else
            {
                free++;
            }

            while (free > 0 && waiting.TryDequeue(out int job))
            {
                free--;
                starts[job] = next.Time.Nanoseconds;
                queue.Schedule(next.Time + new VirtualTime(jobs[job].Service), kind: 1);
            }
        }

        return starts;
    }

    /// <summary>M/D/1: the mean wait is rho / (2 (1 - rho)) service times (Pollaczek and Khinchine); at rho = 0.5 a half. The batches are nearly independent.</summary>
    [Test]
    public void A_random_load_waits_as_theory_says()
    {
        RandomStream stream = RandomStream.Named("FifoResourceTests", "M/D/1");
        List<double> batches = [];
        FifoResource resource = new();
        double now = 0;
        for (int batch = 0; batch < 200; batch++)
        {
            double before = resource.TotalWait.Seconds;
            for (int i = 0; i < 2_000; i++)
            {
                now += Distributions.Exponential(stream, 2);
                resource.Serve(VirtualTime.FromSeconds(now), VirtualTime.FromSeconds(1));
            }

            batches.Add((resource.TotalWait.Seconds - before) / 2_000);
        }

        double mean = batches.Average();
        double error = Math.Sqrt(batches.Sum(b => (b - mean) * (b - mean)) / 199 / 200);
        Assert.That(mean, Is.EqualTo(0.5).Within(5 * error)); // false alarm below 1e-6
        Assert.That(error, Is.LessThan(0.01));
        Assert.That(resource.Utilization, Is.EqualTo(0.5).Within(0.01));
    }

    [Test]
    public void What_cannot_be_is_refused()
    {
        FifoResource resource = new();
        resource.Serve(new(10), default);
        Assert.That(
            () => resource.Serve(new(9), default),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("order of arrival")
        );
        Assert.That(() => resource.Serve(new(10), new(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FifoResource(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(resource.Jobs, Is.EqualTo(1));
    }
}
