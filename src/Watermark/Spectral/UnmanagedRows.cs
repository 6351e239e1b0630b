using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace ResearchKit.Watermark;

/// <summary>The rows of a contiguous matrix on the CPU as spans, without copies, also beyond 2 GiB. The tensor must outlive it.</summary>
internal readonly unsafe struct UnmanagedRows<T>
    where T : unmanaged
{
    private readonly T* data;
    private readonly int columns;

    public UnmanagedRows(torch.Tensor matrix)
    {
        columns = checked((int)matrix.shape[1]);
        using torch.Tensor first = matrix[0];
        data = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    public Span<T> this[int row] => new(data + ((long)row * columns), columns);
}
