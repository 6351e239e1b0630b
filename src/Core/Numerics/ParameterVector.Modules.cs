using System.Runtime.InteropServices;
using TorchSharp;

namespace ResearchKit.Numerics;

public sealed partial class ParameterVector
{
    /// <summary>A module's values.</summary>
    /// <param name="module">The module.</param>
    /// <param name="includeBuffers">Whether buffers (running means, counters) belong to the vector.</param>
    /// <exception cref="ArgumentException">See <see cref="ParameterLayout.Of"/>.</exception>
    public static ParameterVector Of(torch.nn.Module module, bool includeBuffers = false)
    {
        var vector = new ParameterVector(ParameterLayout.Of(module, includeBuffers));
        vector.CopyFrom(module);
        return vector;
    }

    /// <summary>Copies a module's values into this vector. float16 and bfloat16 widen; counters (int64) must be exact in float32.</summary>
    /// <exception cref="ArgumentException">
    /// The module's tensors differ from the layout (the message names the first difference), or a counter is beyond 2^24 and would not be exact.
    /// </exception>
    public void CopyFrom(torch.nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var next = 0;
        foreach (var (name, tensor, isBuffer) in ParameterLayout.Tensors(module, HasBuffers))
        {
            CopyFrom(Entry(next++, name, tensor, isBuffer), tensor);
        }
        CheckEnd(next);
    }

    /// <summary>Copies this vector into a module: the module keeps its own tensors, and shares nothing with the vector afterwards.</summary>
    /// <exception cref="ArgumentException">The module's tensors differ from the layout; the message names the first difference.</exception>
    public void CopyTo(torch.nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        // All are compared before the first is written.
        var tensors = new List<torch.Tensor>(Layout.Entries.Count);
        foreach (var (name, tensor, isBuffer) in ParameterLayout.Tensors(module, HasBuffers))
        {
            Entry(tensors.Count, name, tensor, isBuffer);
            tensors.Add(tensor);
        }
        CheckEnd(tensors.Count);
        for (var i = 0; i < tensors.Count; i++)
        {
            CopyTo(Layout.Entries[i], tensors[i]);
        }
    }

    private bool HasBuffers => Layout.Entries is [.., { IsBuffer: true }];

    private void CopyFrom(ParameterEntry entry, torch.Tensor tensor)
    {
        var values = _values.AsSpan(entry.Offset, entry.Count);
        if (values.Length == 0)
        {
            return;
        }
        using var detached = tensor.detach();
        using var onHost = detached.device_type == DeviceType.CPU ? null : detached.cpu();
        var host = onHost ?? detached;
        using var contiguous = host.is_contiguous() ? null : host.contiguous();
        var bytes = (contiguous ?? host).bytes;
        if (entry.Type != ElementType.Int64)
        {
            entry.Type.Widen(bytes, values);
            return;
        }
        var counters = MemoryMarshal.Cast<byte, long>(bytes);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] =
                Math.Abs(counters[i]) <= 1 << 24
                    ? counters[i]
                    : throw new ArgumentException(
                        $"{entry.Name} counts {counters[i]}, which float32 does not hold exactly (up to {1 << 24})."
                    );
        }
    }

    private void CopyTo(ParameterEntry entry, torch.Tensor tensor)
    {
        var values = _values.AsSpan(entry.Offset, entry.Count);
        if (values.Length == 0)
        {
            return;
        }
        using var detached = tensor.detach(); // shares the memory of the tensor
        if (entry.Type == ElementType.Float32 && detached.device_type == DeviceType.CPU && detached.is_contiguous())
        {
            MemoryMarshal.AsBytes(values).CopyTo(detached.bytes);
            return;
        }
        using var flat = torch.empty(entry.Count, torch.float32);
        MemoryMarshal.AsBytes(values).CopyTo(flat.bytes);
        using var rounded = entry.Type == ElementType.Int64 ? flat.round() : null;
        using var shaped = (rounded ?? flat).reshape(tensor.shape);
        detached.copy_(shaped);
    }

    private ParameterEntry Entry(int position, string name, torch.Tensor tensor, bool isBuffer)
    {
        var shape = tensor.shape;
        if (position < Layout.Entries.Count)
        {
            var entry = Layout.Entries[position];
            if (
                entry.Name == name
                && entry.IsBuffer == isBuffer
                && entry.Shape.SequenceEqual(shape)
                && entry.Type == ParameterLayout.TypeOf(name, tensor)
            )
            {
                return entry;
            }
        }
        var wanted = position < Layout.Entries.Count ? Layout.Entries[position].Text : "nothing";
        throw new ArgumentException(
            $"The module differs from the layout: at position {position}, {(isBuffer ? "buffer" : "parameter")} {name} {TensorShape.Text(shape)} {tensor.dtype} in the module and {wanted} in the layout."
        );
    }

    private void CheckEnd(int count)
    {
        if (count < Layout.Entries.Count)
        {
            throw new ArgumentException(
                $"The module differs from the layout: it ends at position {count}, where the layout has {Layout.Entries[count].Text}."
            );
        }
    }
}
