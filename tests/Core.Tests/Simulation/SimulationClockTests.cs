using System.Threading.Channels;
using ResearchKit.Simulation;

namespace ResearchKit.Core.Tests.Simulation;

public class SimulationClockTests
{
    [Test]
    public void Time_is_that_of_the_queue()
    {
        DateTimeOffset start = new(2026, 1, 3, 12, 0, 0, TimeSpan.FromHours(2));
        SimulationClock clock = new(start: start);
        Assert.That(clock.GetUtcNow(), Is.EqualTo(start));
        Assert.That(clock.GetUtcNow().Offset, Is.EqualTo(TimeSpan.Zero));
        long before = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.That(clock.GetUtcNow() - start, Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(clock.GetElapsedTime(before), Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(clock.LocalTimeZone, Is.EqualTo(TimeZoneInfo.Utc));
        Assert.That(new SimulationClock().GetUtcNow().Year, Is.EqualTo(2000));
    }

    [Test]
    public void Timers_fire_when_due_in_order_and_again()
    {
        SimulationClock clock = new();
        List<string> fired = [];
        using ITimer once = clock.CreateTimer(Note, "once", TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using ITimer often = clock.CreateTimer(Note, "often", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        using ITimer never = clock.CreateTimer(Note, "never", Timeout.InfiniteTimeSpan, TimeSpan.FromSeconds(1));
        using ITimer now = clock.CreateTimer(Note, "now", TimeSpan.Zero, TimeSpan.Zero);
        Assert.That(fired, Is.Empty);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.That(fired, Is.EqualTo(["0 now", "1 often", "3 once", "3 often"]));
        Assert.That(often.Change(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan), Is.True);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.That(fired, Has.Count.EqualTo(4));
        clock.Advance(TimeSpan.FromSeconds(100));
        Assert.That(fired.Skip(4), Is.EqualTo(["14 often"]));
        often.Dispose();
        Assert.That(often.Change(TimeSpan.Zero, TimeSpan.Zero), Is.False);
        Assert.That(clock.Events.Count, Is.Zero);

        void Note(object? state) => fired.Add($"{clock.Now.Seconds:0} {state}");
    }

    [Test]
    public void A_timer_may_be_disposed_of_and_changed_in_its_own_call()
    {
        SimulationClock clock = new();
        int calls = 0;
        ITimer timer = null!;
        timer = clock.CreateTimer(
            _ =>
            {
                if (++calls == 3)
                {
                    timer.Dispose();
                }
            },
            null,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(1)
        );
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That(calls, Is.EqualTo(3));
    }

    [Test]
    public void Events_of_the_simulation_and_timers_share_one_order()
    {
        SimulationClock clock = new();
        List<string> happened = [];
        clock.Events.Schedule(new(2_000), kind: 7);
        using ITimer timer = clock.CreateTimer(_ => happened.Add("timer"), null, TimeSpan.FromMicroseconds(2), Timeout.InfiniteTimeSpan);
        clock.Events.Schedule(new(2_000), kind: 8);
        clock.AdvanceTo(new(2_000), e => happened.Add($"event {e.Kind}"));
        Assert.That(happened, Is.EqualTo(["event 7", "timer", "event 8"]));
        clock.Events.Schedule(new(3_000), kind: 9);
        Assert.That(() => clock.AdvanceTo(new(3_000)), Throws.InvalidOperationException.With.Message.Contains("handler"));
        Assert.That(() => clock.AdvanceTo(new(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Asynchronous_code_runs_in_virtual_time_and_always_alike()
    {
        string[] first = Play();
        Assert.That(first, Does.Contain("86400 day over"));
        Assert.That(Play(), Is.EqualTo(first));

        static string[] Play()
        {
            SimulationClock clock = new();
            List<string> happened = [];
            Channel<int> channel = Channel.CreateBounded<int>(2);
            SemaphoreSlim gate = new(1);
            clock.Run(async () =>
            {
                Task producer = Produce();
                Task[] consumers = [.. Enumerable.Range(0, 3).Select(Consume)];
                await producer;
                await Task.WhenAll(consumers);
                await Task.Delay(TimeSpan.FromDays(1) - clock.Now.ToTimeSpan(), clock);
                happened.Add($"{clock.Now.Seconds:0} day over");
            });
            return [.. happened];

            async Task Produce()
            {
                for (int i = 0; i < 12; i++)
                {
                    await channel.Writer.WriteAsync(i);
                    await Task.Yield();
                }

                channel.Writer.Complete();
            }

            async Task Consume(int me)
            {
                while (await channel.Reader.WaitToReadAsync())
                {
                    if (!channel.Reader.TryRead(out int item))
                    {
                        continue;
                    }

                    await gate.WaitAsync();
                    await Task.Delay(TimeSpan.FromSeconds(1 + me), clock);
                    happened.Add($"{clock.Now.Seconds:0} {me} took {item}");
                    gate.Release();
                }
            }
        }
    }

    [Test]
    public void Timeouts_and_periodic_timers_of_the_framework_work()
    {
        SimulationClock clock = new();
        int ticks = clock.Run(async () =>
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10.5), clock);
            using PeriodicTimer timer = new(TimeSpan.FromSeconds(2), clock);
            int count = 0;
            try
            {
                while (await timer.WaitForNextTickAsync(limit.Token))
                {
                    count++;
                }
            }
            catch (OperationCanceledException) { }

            try
            {
                await new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromHours(1), clock);
                return -1;
            }
            catch (TimeoutException)
            {
                return clock.Now == VirtualTime.FromSeconds(3610.5) ? count : -2;
            }
        });
        Assert.That(ticks, Is.EqualTo(5));
    }

    [Test]
    public void Code_that_leaves_the_context_at_a_timer_stays_in_the_run()
    {
        SimulationClock clock = new();
        int thread = Environment.CurrentManagedThreadId;
        clock.Run(async () =>
        {
            await Task.WhenAll(Twice(3), Twice(2));
            Assert.That((clock.Now, Environment.CurrentManagedThreadId), Is.EqualTo((VirtualTime.FromSeconds(6), thread)));
        });

        async Task Twice(int seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), clock).ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromSeconds(seconds), clock).ConfigureAwait(false);
            Assert.That((clock.Now, Environment.CurrentManagedThreadId), Is.EqualTo((VirtualTime.FromSeconds(2 * seconds), thread)));
        }
    }

    [Test]
    public void An_exception_of_the_code_comes_out_as_it_is()
    {
        SimulationClock clock = new();
        SynchronizationContext? before = SynchronizationContext.Current;
        Assert.That(
            () =>
                clock.Run(async () =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), clock);
                    throw new MalformedFileException("a", "b", "c");
                }),
            Throws.TypeOf<MalformedFileException>()
        );
        Assert.That(SynchronizationContext.Current, Is.SameAs(before));
        Assert.That(clock.Run(() => Task.FromResult(5)), Is.EqualTo(5));
    }

    [Test]
    public void Waiting_for_nothing_is_an_error_not_a_hang()
    {
        SimulationClock clock = new();
        Assert.That(
            () => clock.Run(() => new TaskCompletionSource().Task),
            Throws.InvalidOperationException.With.Message.Contains("for ever")
        );
        Channel<int> channel = Channel.CreateBounded<int>(1);
        Assert.That(
            () => clock.Run(async () => await Task.WhenAll(Drain(), Fill())),
            Throws.InvalidOperationException,
            "ReadAllAsync comes back on the thread pool"
        );
        Assert.That(
            () => clock.Run(async () => clock.Run(() => Task.CompletedTask)),
            Throws.InvalidOperationException.With.Message.Contains("one at a time")
        );

        async Task Drain()
        {
            await foreach (int _ in channel.Reader.ReadAllAsync())
            {
                await Task.Yield();
            }
        }

        async Task Fill()
        {
            await Task.Yield();
            await channel.Writer.WriteAsync(1);
        }
    }

    [Test]
    public void Another_thread_is_an_error_not_a_race()
    {
        SimulationClock clock = new();
        Assert.That(
            () =>
                clock.Run(async () =>
                {
                    using ManualResetEventSlim created = new();
                    Exception? seen = null;
                    Thread thread = new(() => seen = Try(() => clock.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.Zero)));
                    thread.Start();
                    thread.Join();
                    Assert.That(seen, Is.TypeOf<InvalidOperationException>().With.Message.Contains("thread"));
                    TaskCompletionSource source = new();
                    Thread outside = new(source.SetResult);
                    Task waiting = Wait(source.Task);
                    outside.Start();
                    outside.Join();
                    await waiting;
                }),
            Throws.InvalidOperationException.With.Message.Contains("another thread")
        );

        static async Task Wait(Task task) => await task;

        static Exception? Try(Action act)
        {
            try
            {
                act();
                return null;
            }
            catch (InvalidOperationException exception)
            {
                return exception;
            }
        }
    }

    [Test]
    public void Wrong_times_are_refused()
    {
        SimulationClock clock = new();
        Assert.That(
            () => clock.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(-1), TimeSpan.Zero),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("InfiniteTimeSpan")
        );
        Assert.That(() => clock.Advance(TimeSpan.FromTicks(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
        using ITimer timer = clock.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(1), TimeSpan.Zero);
        Assert.That(
            () => clock.Events.Save(new BinaryWriter(Stream.Null)),
            Throws.InvalidOperationException.With.Message.Contains("checkpoint")
        );
    }
}
