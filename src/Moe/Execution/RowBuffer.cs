using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>Rows in memory that grows and stays: a layer that has seen its largest batch makes no more of it.</summary>
internal sealed class RowBuffer(torch.ScalarType type, int width) : IDisposable
{
    private torch.Tensor? _values;
    private nint _address;

    /// <summary>Bytes of a row.</summary>
    public int Stride { get; } = width * (type == torch.ScalarType.Float64 ? sizeof(double) : sizeof(float));

    /// <summary>A view of the first rows; the caller's.</summary>
    public torch.Tensor Rows(long rows) => Reserve(rows).narrow(0, 0, rows).DetachFromDisposeScope();

    /// <summary>A view of some rows; the caller's.</summary>
    public torch.Tensor Rows(long first, long rows) => _values!.narrow(0, first, rows).DetachFromDisposeScope();

    public torch.Tensor Reserve(long rows)
    {
        if (_values is null || _values.shape[0] < rows)
        {
            _values?.Dispose();
            _values = torch.empty([Math.Max(rows, 1), width], dtype: type).DetachFromDisposeScope();
            _address = AddressOf(_values);
        }

        return _values;
    }

    /// <summary>The bytes of a row; valid while the buffer is and no more rows are reserved.</summary>
    public unsafe Span<byte> Row(long row) => new((byte*)_address + (row * Stride), Stride);

    /// <summary>The bytes of consecutive rows, at most 2 GiB.</summary>
    public unsafe Span<byte> Bytes(long first, int rows) => new((byte*)_address + (first * Stride), checked(rows * Stride));

    public void Dispose() => _values?.Dispose();

    /// <summary>Where a contiguous tensor's numbers lie. Its first row tells, so that tensors beyond 2 GiB work too.</summary>
    public static unsafe nint AddressOf(torch.Tensor tensor)
    {
        if (tensor.numel() == 0)
        {
            return 0;
        }

        using torch.Tensor first = tensor.narrow(0, 0, 1);
        fixed (byte* address = first.bytes)
        {
            return (nint)address;
        }
    }
}
