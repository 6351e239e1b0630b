using ResearchKit.Numerics;

namespace ResearchKit.Watermark;

/// <summary>The decision from the extracted values.</summary>
internal static class Verdict
{
    /// <summary>Decides.</summary>
    /// <param name="extracted">w'.</param>
    /// <param name="omega">The standard normal key values; the key vector is sigma times them.</param>
    /// <param name="sigma">The standard deviation of the key vector.</param>
    /// <param name="threshold">T.</param>
    /// <param name="differences">The pairs summed over.</param>
    /// <param name="blindNoise">sqrt(m E) in blind detection, else null.</param>
    /// <param name="ids">How nodes were aligned.</param>
    public static FfgDetection Of(
        double[] extracted,
        double[] omega,
        double sigma,
        double threshold,
        int differences,
        double? blindNoise,
        IdReport ids
    )
    {
        double product = 0;
        double length = 0;
        double keyLength = 0;
        double distance = 0;
        for (int i = 0; i < omega.Length; i++)
        {
            double key = sigma * omega[i];
            product += extracted[i] * omega[i];
            length += extracted[i] * extracted[i];
            keyLength += key * key;
            distance += (extracted[i] - key) * (extracted[i] - key);
        }
        double noise = blindNoise ?? Math.Sqrt(length);
        bool silent = differences == 0 || noise == 0;
        double similarity = silent ? 0 : product / noise;
        // |w'-w|^2 = |w|^2 + |w'|^2 - 2 sigma <w', omega>, and <w', omega> = similarity times noise.
        double squared = keyLength + length - (2 * sigma * threshold * noise);
        return new FfgDetection(
            !silent && similarity > threshold ? DetectionOutcome.Present : DetectionOutcome.Absent,
            similarity,
            silent ? 1 : StandardNormal.UpperTail(similarity),
            Math.Sqrt(distance),
            Math.Sqrt(Math.Max(0, squared)),
            extracted,
            differences,
            blindNoise is not null,
            ids
        );
    }
}
