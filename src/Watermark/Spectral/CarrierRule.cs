namespace ResearchKit.Watermark;

/// <summary>Which coefficients of the spectrum carry the watermark. The constant coefficient (0, 0) never does.</summary>
public enum CarrierRule
{
    /// <summary>Drawn from the secret, uniform over orbits.</summary>
    Random,

    /// <summary>The orbits of largest magnitude in the original's spectrum (ties at nine decimals: the lexicographically smaller orbit).</summary>
    Largest,
}
