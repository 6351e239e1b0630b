namespace ResearchKit.Federated;

/// <summary>The range of a layer's activations, seen in one pass over calibration rows, and its rounding to 8 bits without sign: 0 is always met exactly.</summary>
public sealed class ActivationRange
{
    /// <summary>The smallest value seen, at most 0.</summary>
    public float Low { get; private set; }

    /// <summary>The largest value seen, at least 0.</summary>
    public float High { get; private set; }

    /// <summary>The step.</summary>
    public float Scale => High > Low ? (High - Low) / 255 : 1;

    /// <summary>The code of 0.</summary>
    public int Zero => (int)MathF.Round(-Low / Scale);

    /// <summary>Takes values into the range.</summary>
    public void See(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            Low = Math.Min(Low, value);
            High = Math.Max(High, value);
        }
    }

    /// <summary>Rounds values to the codes of the range and back; those beyond it to its ends.</summary>
    public void Round(Span<float> values)
    {
        var (scale, zero) = (Scale, Zero);
        foreach (ref var value in values)
        {
            value = scale * (Math.Clamp(MathF.Round(value / scale) + zero, 0, 255) - zero);
        }
    }
}
