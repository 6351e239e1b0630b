namespace ResearchKit.Merge;

/// <summary>The tensors of a model, read when asked for. Safe to read from several threads.</summary>
public interface ICheckpoint : IDisposable
{
    /// <summary>Where it is, for errors and provenance.</summary>
    string Path { get; }

    /// <summary>The files that decide its content.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>The tensors by name.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Reads elements of a floating-point tensor as float32.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="first">The first element, row-major.</param>
    /// <param name="into">Takes as many elements as it has.</param>
    void ReadSingles(string tensor, long first, Span<float> into);

    /// <summary>Reads bytes of a tensor, row-major and little-endian.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="offset">The first byte, counted from the tensor's start.</param>
    /// <param name="into">Takes as many bytes as it has.</param>
    void ReadBytes(string tensor, long offset, Span<byte> into);
}
