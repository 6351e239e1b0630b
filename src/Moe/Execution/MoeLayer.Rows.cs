using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using TorchSharp;

namespace ResearchKit.Moe;

/// <content>How rows move: packed for the ranks, regrouped for the experts, sent back, and summed for each token.</content>
public sealed partial class MoeLayer
{
    private unsafe void Pack(torch.Tensor input)
    {
        _sent.Reserve(_packing.Sent);
        byte* from = (byte*)RowBuffer.AddressOf(input);
        int stride = _sent.Stride;
        int k = _routing.TopK;
        for (int row = 0; row < _packing.Sent; row++)
        {
            int entry = _packing.EntryOfRow[row];
            Span<byte> to = _sent.Row(row);
            if (entry < 0)
            {
                to.Clear();
            }
            else
            {
                new ReadOnlySpan<byte>(from + ((long)(entry / k) * stride), stride).CopyTo(to);
            }
        }
    }

    /// <summary>Received rows are by source, then expert; experts want theirs together.</summary>
    private void Regroup()
    {
        int next = 0;
        for (int expert = 0; expert < _store.Experts; expert++)
        {
            _starts[expert] = next;
            for (int source = 0; source < _ranks.Size; source++)
            {
                next += TokenPacking.Rows(_schedule, _placement, source, expert, _ranks.Rank);
            }

            _rows[expert] = next - _starts[expert];
        }

        _input.Reserve(_packing.Received);
        _output.Reserve(_packing.Received);
        Scatter(_received, toExperts: true);
        foreach (torch.Tensor part in _received)
        {
            part.Dispose();
        }
    }

    private void GroupBySource()
    {
        _returned.Reserve(_packing.Received);
        Scatter(null, toExperts: false);
    }

    /// <summary>Copies runs of rows from the order of sources to that of experts, or back.</summary>
    private unsafe void Scatter(torch.Tensor[]? received, bool toExperts)
    {
        long bySource = 0;
        for (int source = 0; source < _ranks.Size; source++)
        {
            byte* from = received is null ? null : (byte*)RowBuffer.AddressOf(received[source]);
            for (int expert = 0; expert < _store.Experts; expert++)
            {
                int rows = TokenPacking.Rows(_schedule, _placement, source, expert, _ranks.Rank);
                if (rows == 0)
                {
                    continue;
                }

                long byExpert = _starts[expert];
                _starts[expert] += rows;
                if (toExperts)
                {
                    long bytes = (long)rows * _input.Stride;
                    Buffer.MemoryCopy(from, Unsafe(_input.Row(byExpert)), bytes, bytes);
                    from += bytes;
                }
                else
                {
                    _output.Bytes(byExpert, rows).CopyTo(_returned.Bytes(bySource, rows));
                    bySource += rows;
                }
            }
        }

        for (int expert = 0; expert < _store.Experts; expert++)
        {
            _starts[expert] -= _rows[expert];
        }
    }

    private static unsafe byte* Unsafe(Span<byte> row)
    {
        fixed (byte* address = row)
        {
            return address; // native memory: it does not move
        }
    }

    /// <summary>Each token's output: the rows of its experts, weighted, in the order in which it chose them.</summary>
    private unsafe torch.Tensor Unpack(torch.Tensor input)
    {
        torch.Tensor output = torch.empty(input.shape, dtype: _store.Type).DetachFromDisposeScope();
        byte** from = stackalloc byte*[_ranks.Size];
        int[] firsts = new int[_ranks.Size];
        int first = 0;
        for (int rank = 0; rank < _ranks.Size; rank++)
        {
            from[rank] = (byte*)RowBuffer.AddressOf(_received[rank]);
            firsts[rank] = first;
            first += _packing.RowsTo[rank];
        }

        byte* to = (byte*)RowBuffer.AddressOf(output);
        int stride = _sent.Stride;
        int k = _routing.TopK;
        ReadOnlySpan<double> weights = _routing.Weights;
        for (int token = 0; token < _routing.Tokens; token++)
        {
            Span<byte> sum = new(to + ((long)token * stride), stride);
            bool isFirst = true;
            for (int choice = token * k; choice < (token + 1) * k; choice++)
            {
                int row = _packing.RowOfEntry[choice];
                if (row < 0)
                {
                    continue;
                }

                int rank = firsts.Length - 1;
                while (row < firsts[rank])
                {
                    rank--;
                }

                ReadOnlySpan<byte> values = new(from[rank] + ((long)(row - firsts[rank]) * stride), stride);
                Add(values, weights[choice], sum, isFirst);
                isFirst = false;
            }

            if (isFirst)
            {
                sum.Clear();
            }
        }

        foreach (torch.Tensor part in _received)
        {
            part.Dispose();
        }

        return output;
    }

    private void Add(ReadOnlySpan<byte> values, double weight, Span<byte> sum, bool isFirst)
    {
        if (_store.Type == torch.ScalarType.Float64)
        {
            Weighted(MemoryMarshal.Cast<byte, double>(values), weight, MemoryMarshal.Cast<byte, double>(sum), isFirst);
        }
        else
        {
            Weighted(MemoryMarshal.Cast<byte, float>(values), (float)weight, MemoryMarshal.Cast<byte, float>(sum), isFirst);
        }
    }

    private static void Weighted<T>(ReadOnlySpan<T> values, T weight, Span<T> sum, bool isFirst)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        if (isFirst)
        {
            TensorPrimitives.Multiply(values, weight, sum);
        }
        else
        {
            TensorPrimitives.MultiplyAdd(values, weight, sum, sum);
        }
    }
}
