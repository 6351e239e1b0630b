namespace ResearchKit.Merge;

/// <summary>How finely a network is divided into blocks.</summary>
public enum Granularity
{
    /// <summary>The whole network is one block: whole-model clustering.</summary>
    Model,

    /// <summary>Each layer is a block.</summary>
    Layer,

    /// <summary>Each part of a layer (attention, MLP, each norm) is a block: the paper's choice.</summary>
    SubLayer,

    /// <summary>Each tensor is a block.</summary>
    Tensor,

    /// <summary>Each slice of each tensor along its first dimension is a block.</summary>
    Slice,
}
