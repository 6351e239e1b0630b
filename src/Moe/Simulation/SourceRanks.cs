namespace ResearchKit.Moe;

/// <summary>On which ranks the tokens of a trace are assumed to be, where it does not say.</summary>
public enum SourceRanks
{
    /// <summary>Consecutive tokens together: the first T / G on rank 0, as batches of sequences are.</summary>
    Blocks,

    /// <summary>Token t on rank t mod G: every rank sees the same mixture.</summary>
    RoundRobin,
}
