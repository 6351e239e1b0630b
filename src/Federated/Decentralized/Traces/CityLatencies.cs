using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Made-up one-way delays between cities, in the shape of the measured matrix that papers of this field use (227 cities, quartiles 34, 67 and 101 ms): cities anywhere on the globe, delay proportional to the great circle, and every
/// pair with a detour of its own.
/// </summary>
public static class CityLatencies
{
    private const double MsPerRadian = 67 / (Math.PI / 2);
    private const double Detour = 0.45;

    /// <summary>Delays between so many cities, cut to whole milliseconds as in the published simulator.</summary>
    /// <param name="sites">How many cities, at least 1.</param>
    /// <param name="stream">Where they lie.</param>
    public static LatencyMatrix Draw(int sites, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 1);
        ArgumentNullException.ThrowIfNull(stream);
        double[][] cities = new double[sites][];
        for (int i = 0; i < sites; i++)
        {
            double[] place = [stream.NextGaussian(), stream.NextGaussian(), stream.NextGaussian()];
            double length = Math.Sqrt(place.Sum(x => x * x));
            cities[i] = [.. place.Select(x => x / length)];
        }

        double[,] delays = new double[sites, sites];
        for (int i = 0; i < sites; i++)
        {
            delays[i, i] = 0.15;
            for (int j = 0; j < i; j++)
            {
                double cosine = Math.Clamp(cities[i].Zip(cities[j], (a, b) => a * b).Sum(), -1, 1);
                double delay = 3 + (Math.Acos(cosine) * MsPerRadian * Math.Exp(Detour * stream.NextGaussian()));
                (delays[i, j], delays[j, i]) = (delay, delay);
            }
        }

        return LatencyMatrix.FromMilliseconds(delays);
    }
}
