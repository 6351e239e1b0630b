namespace ResearchKit.Federated.Decentralized;

/// <summary>Who of the next sample averages the models.</summary>
public enum AggregatorChoice
{
    /// <summary>The one with the highest bandwidth; of equal ones the first by hash. The choice of Plexus.</summary>
    HighestBandwidth,

    /// <summary>The first by hash, as in MoDeST (arXiv:2302.13837v1).</summary>
    HashOrder,
}
