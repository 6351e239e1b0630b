namespace ResearchKit.Audit;

/// <summary>Which rows of a group are flipped first.</summary>
public enum FlipOrder
{
    /// <summary>Those with scores nearest to 0.5, in row order where equal: for calibrated scores they add the least error. The default.</summary>
    LeastConfident,

    /// <summary>Uniformly at random.</summary>
    Random,
}
