using ResearchKit.Numerics;

namespace ResearchKit.Federated.Deployment;

/// <summary>Decides what goes wrong, from a stream of randomness. Safe from several threads.</summary>
internal sealed class FaultInjector(FaultPlan plan, RandomStream random, Func<double> elapsedS)
{
    private const double HoldBackMs = 150;

    private readonly Lock _gate = new();

    /// <summary>The delays after which a message is sent: none if it is lost, two if it is doubled.</summary>
    internal IReadOnlyList<TimeSpan> Sendings(int from, int to)
    {
        lock (_gate)
        {
            if (IsCut(from, to) || random.NextBool(plan.Drop))
            {
                return [];
            }

            int count = random.NextBool(plan.Duplicate) ? 2 : 1;
            TimeSpan[] delays = new TimeSpan[count];
            for (int i = 0; i < count; i++)
            {
                double ms = plan.DelayMs + (plan.JitterMs * random.NextDouble());
                delays[i] = TimeSpan.FromMilliseconds(ms + (random.NextBool(plan.Reorder) ? HoldBackMs : 0));
            }

            return delays;
        }
    }

    /// <summary>Whether a model's stream breaks here.</summary>
    internal bool Breaks(int from, int to)
    {
        lock (_gate)
        {
            return IsCut(from, to) || random.NextBool(plan.Drop);
        }
    }

    private bool IsCut(int from, int to)
    {
        foreach (PartitionFault partition in plan.Partitions)
        {
            double now = elapsedS();
            if (now >= partition.FromS && now < partition.ToS && partition.Group.Contains(from) != partition.Group.Contains(to))
            {
                return true;
            }
        }

        return false;
    }
}
