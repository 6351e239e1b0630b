namespace ResearchKit.Federated;

/// <summary>A tensor in 8 bits a value with one scale: value = scale x (code - zero).</summary>
/// <param name="Scale">The step between neighbours, positive.</param>
/// <param name="Zero">The code of 0.</param>
/// <param name="Codes">The codes.</param>
public sealed record Int8Tensor(float Scale, int Zero, sbyte[] Codes)
{
    /// <summary>Quantises with a range symmetric around 0: codes -127 to 127, the largest magnitude at the end.</summary>
    /// <param name="values">The values, finite.</param>
    public static Int8Tensor Symmetric(ReadOnlySpan<float> values)
    {
        var largest = 0f;
        foreach (var value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }
        var scale = largest > 0 ? largest / 127 : 1;
        var codes = new sbyte[values.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = (sbyte)Math.Clamp(MathF.Round(values[i] / scale), -127, 127);
        }
        return new(scale, 0, codes);
    }

    /// <summary>The values; each differs from the original by at most half a step.</summary>
    /// <param name="values">Takes them.</param>
    public void CopyTo(Span<float> values)
    {
        for (var i = 0; i < Codes.Length; i++)
        {
            values[i] = Scale * (Codes[i] - Zero);
        }
    }
}
