using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>Made-up presence without memory: sessions and absences of exponential length.</summary>
public sealed record OnOffChurn
{
    /// <summary>The mean length of a session, in seconds; positive.</summary>
    public double MeanSessionS { get; init; } = 1200;

    /// <summary>The mean length of an absence, in seconds; positive.</summary>
    public double MeanAbsenceS { get; init; } = 600;

    /// <summary>Whether nodes say that they go.</summary>
    public bool IsGraceful { get; init; } = true;

    /// <summary>Draws the presence of nodes; at the start each is there with the probability of the long run.</summary>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="durationS">For how long, in seconds.</param>
    /// <param name="stream">Where it comes from; each node splits its own.</param>
    public IntervalAvailability Draw(int nodes, double durationS, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        ArgumentNullException.ThrowIfNull(stream);
        bool[] atStart = new bool[nodes];
        List<PresenceChange>[] changes = new List<PresenceChange>[nodes];
        for (int node = 0; node < nodes; node++)
        {
            RandomStream own = stream.Split("node", node.ToString(System.Globalization.CultureInfo.InvariantCulture));
            bool isOn = atStart[node] = own.NextBool(MeanSessionS / (MeanSessionS + MeanAbsenceS));
            changes[node] = [];
            double time = 0;
            while (true)
            {
                time += Math.Max(1e-6, Distributions.Exponential(own, isOn ? MeanSessionS : MeanAbsenceS));
                if (time >= durationS)
                {
                    break;
                }

                isOn = !isOn;
                changes[node].Add(new(VirtualTime.FromSeconds(time), isOn, IsGraceful));
            }
        }

        return new(atStart, changes);
    }
}
