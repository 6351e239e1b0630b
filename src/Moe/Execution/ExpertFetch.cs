namespace ResearchKit.Moe;

/// <summary>How a rank gets the weights of an expert that it computes and does not hold.</summary>
public enum ExpertFetch
{
    /// <summary>From host memory into slots whose experts are done, while other experts are computed.</summary>
    Asynchronous,

    /// <summary>From host memory through slot 0; nothing is computed meanwhile.</summary>
    Synchronous,

    /// <summary>From the memory of the rank that holds it, in one exchange before anything is computed.</summary>
    PeerToPeer,

    /// <summary>Not at all: a schedule that needs it is refused.</summary>
    None,
}
