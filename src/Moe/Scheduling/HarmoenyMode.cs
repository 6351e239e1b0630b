namespace ResearchKit.Moe;

/// <summary>How much of an expert one move takes along.</summary>
public enum HarmoenyMode
{
    /// <summary>As the authors' program: all tokens of the sender, up to what the receiver can take; the giver may fall below the average.</summary>
    Published,

    /// <summary>At most the giver's surplus.</summary>
    Capped,
}
