using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Made-up devices in the shape of FedScale's capacity trace, which papers of this field use and which cannot be redistributed: bandwidth log-normal with the published median of 6.1 Mbit/s and 26 % of devices below
/// 3 Mbit/s, computation uniform over the published range of 15 to 199 ms, whose true shape is not known.
/// </summary>
public static class FedScaleLikeDevices
{
    /// <summary>The spread of the logarithm of the bandwidth: ln(6100 / 3000) over the normal quantile of 0.74.</summary>
    public const double Sigma = 1.10;

    /// <summary>Devices drawn independently.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="stream">Where they come from.</param>
    /// <param name="bitsPerKilobit">1000; 1024 as the published code of Plexus takes it.</param>
    public static IReadOnlyList<Device> Draw(int count, RandomStream stream, int bitsPerKilobit = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(stream);
        Device[] devices = new Device[count];
        for (int i = 0; i < count; i++)
        {
            double kilobits = Math.Clamp(Distributions.LogNormal(stream, Math.Log(6100), Sigma), 100, 200_000);
            devices[i] = new(15 + stream.NextInt(185), Kilobits.ToBytes(kilobits, bitsPerKilobit));
        }

        return devices;
    }
}
