namespace ResearchKit.Federated.Decentralized;

/// <summary>How the transfers of a node share its bandwidth.</summary>
public enum BandwidthSharing
{
    /// <summary>One after the other, each with all that is free on the tighter side: the published simulator's way, and that of the headline figures.</summary>
    GreedyFifo,

    /// <summary>All at once, max-min fair: nobody could get more without somebody with less losing.</summary>
    MaxMinFair,
}
