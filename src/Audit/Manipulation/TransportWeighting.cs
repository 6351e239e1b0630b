namespace ResearchKit.Audit;

/// <summary>How the two groups weigh in the barycentre of <see cref="LabelTransport"/>.</summary>
public enum TransportWeighting
{
    /// <summary>By their shares: the larger group's rate is the barycentre, the smaller group is flipped. The default.</summary>
    Proportional,

    /// <summary>
    /// As in the published experiments, which swap the weights: the smaller group's rate is the barycentre, and the larger group is flipped. It costs several times more error.
    /// </summary>
    AsPublished,
}
