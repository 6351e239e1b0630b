namespace ResearchKit.Watermark;

/// <summary>How a cluster-aware attack spends its budget.</summary>
public enum ClusterPlan
{
    /// <summary>Edges are added inside communities and removed between them.</summary>
    DensifyInside,

    /// <summary>Edges are removed inside communities and added between them.</summary>
    SparsifyInside,
}
