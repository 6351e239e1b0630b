namespace ResearchKit.Learning;

/// <summary>Memory that a <see cref="DenseNetwork"/> works in, made once and used again. One thread at a time.</summary>
public sealed class DenseWorkspace
{
    internal DenseWorkspace(IReadOnlyList<int> sizes, int capacity)
    {
        Capacity = capacity;
        Outputs = [.. sizes.Skip(1).Select(size => new float[size * capacity])];
        Gradients = [.. sizes.Skip(1).Select(size => new float[size * capacity])];
    }

    /// <summary>The most rows at once.</summary>
    public int Capacity { get; }

    /// <summary>Each layer's values after its activation; the last layer's are the logits.</summary>
    internal float[][] Outputs { get; }

    /// <summary>The gradients of these.</summary>
    internal float[][] Gradients { get; }
}
