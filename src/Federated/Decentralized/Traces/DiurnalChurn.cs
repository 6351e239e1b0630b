using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Made-up presence that swings like a day: at each second a share between <see cref="MinShare"/> and <see cref="MaxShare"/> of the nodes is there, those whose own swing is highest at the moment
/// (the generator of the same authors' simulator of decentralised learning).
/// </summary>
public sealed record DiurnalChurn
{
    /// <summary>The smallest share of nodes present.</summary>
    public double MinShare { get; init; } = 0.1;

    /// <summary>The largest share of nodes present.</summary>
    public double MaxShare { get; init; } = 0.8;

    /// <summary>The length of a day, in seconds.</summary>
    public double PeriodS { get; init; } = 3600;

    /// <summary>The step, in seconds.</summary>
    public double StepS { get; init; } = 1;

    /// <summary>Draws phases and biases, and gives the presence of the nodes.</summary>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="durationS">For how long, in seconds.</param>
    /// <param name="stream">Where phases and biases come from.</param>
    public IntervalAvailability Draw(int nodes, double durationS, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        ArgumentNullException.ThrowIfNull(stream);
        double[] phases = new double[nodes];
        double[] biases = new double[nodes];
        for (int i = 0; i < nodes; i++)
        {
            phases[i] = stream.NextDouble() * 2 * Math.PI;
            biases[i] = Distributions.Beta(stream, 2, 5) - (2.0 / 7);
        }

        return IntervalAvailability.OfIntervals(Intervals(phases, biases, (int)(MinShare * nodes), (int)(MaxShare * nodes), durationS));
    }

    /// <summary>The intervals of presence of each node, in seconds, for given phases and biases.</summary>
    /// <param name="phases">The phase of each node's swing.</param>
    /// <param name="biases">What is added to it.</param>
    /// <param name="min">The fewest nodes present.</param>
    /// <param name="max">The most nodes present.</param>
    /// <param name="durationS">For how long.</param>
    public IReadOnlyList<IReadOnlyList<(double FromS, double ToS)>> Intervals(
        IReadOnlyList<double> phases,
        IReadOnlyList<double> biases,
        int min,
        int max,
        double durationS
    )
    {
        ArgumentNullException.ThrowIfNull(phases);
        ArgumentNullException.ThrowIfNull(biases);
        if (min < 0 || max < min || max > phases.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(max), max, $"From {min} to {max} of {phases.Count} nodes cannot be present.");
        }

        int nodes = phases.Count;
        List<(double, double)>[] intervals = [.. Enumerable.Range(0, nodes).Select(_ => new List<(double, double)>())];
        double[] since = new double[nodes];
        Array.Fill(since, -1);
        double[] scores = new double[nodes];
        int[] order = new int[nodes];
        bool[] now = new bool[nodes];
        for (double t = 0; t < durationS; t += StepS)
        {
            double swing = Math.Sin(2 * Math.PI * t / PeriodS);
            int wanted = (int)Math.Round(((swing + 1) / 2 * (max - min)) + min, MidpointRounding.ToEven);
            for (int i = 0; i < nodes; i++)
            {
                scores[i] = -(Math.Sin((2 * Math.PI * t / PeriodS) + phases[i]) + biases[i]);
                order[i] = i;
                now[i] = false;
            }

            double[] keys = [.. scores];
            Array.Sort(keys, order);
            for (int i = 0; i < wanted; i++)
            {
                now[order[i]] = true;
            }

            for (int i = 0; i < nodes; i++)
            {
                if (now[i] && since[i] < 0)
                {
                    since[i] = t;
                }
                else if (!now[i] && since[i] >= 0)
                {
                    intervals[i].Add((since[i], t));
                    since[i] = -1;
                }
            }
        }

        for (int i = 0; i < nodes; i++)
        {
            if (since[i] >= 0)
            {
                intervals[i].Add((since[i], durationS));
            }
        }

        return intervals;
    }
}
