using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>
/// MoEShard (arXiv:2503.08467): every expert is cut into G slices of its hidden width, one a rank. All ranks get all tokens, each computes its slice for all of them, and the partial results are summed. Load is equal by
/// construction, whatever the router does; the price is traffic, and the activations of all tokens on every rank. The activation is elementwise, so the sum is the expert's output but for rounding.
/// </summary>
/// <remarks>One forward at a time. Memory is kept between forwards.</remarks>
public sealed class ShardedMoeLayer : IDisposable
{
    private readonly IRouter _router;
    private readonly ICollectives _ranks;
    private readonly ExpertWeights[] _slices;
    private readonly ExpertShape _shape;
    private readonly torch.ScalarType _type;
    private readonly TokenRouting _routing = new();
    private readonly TokenCounts _counts;
    private readonly int[] _mine;
    private readonly TokenPacking _packing = new();
    private readonly Schedule _schedule = new();
    private readonly ExpertPlacement _all;
    private readonly RowBuffer _sent;
    private readonly RowBuffer _input;
    private readonly RowBuffer _output;
    private readonly RowBuffer _partial;
    private readonly RowBuffer _hidden;
    private long _logicalSent;
    private long _logicalReceived;

    /// <summary>A layer on this rank.</summary>
    /// <param name="router">Where tokens go; its experts are those of the store.</param>
    /// <param name="store">The weights of all experts; read once, this rank keeps its slices.</param>
    /// <param name="collectives">The ranks; not more than h.</param>
    /// <param name="isFused">Whether all experts go through each matrix together (two passes and one activation), or one expert after the other.</param>
    /// <exception cref="ArgumentException">Router and store are of different sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">h is smaller than G.</exception>
    public ShardedMoeLayer(IRouter router, IExpertStore store, ICollectives collectives, bool isFused = true)
    {
        ArgumentNullException.ThrowIfNull(router);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(collectives);
        if (router.Experts != store.Experts)
        {
            throw new ArgumentException($"The router has {router.Experts} experts, the store {store.Experts}.", nameof(store));
        }

        _ = ExpertWeights.SliceOf(store.Shape.HiddenWidth, collectives.Rank, collectives.Size);
        (_router, _ranks, IsFused, _type) = (router, collectives, isFused, store.Type);
        using (ExpertWeights whole = ExpertWeights.Empty(store.Shape, store.Type))
        {
            _slices = new ExpertWeights[store.Experts];
            for (int expert = 0; expert < store.Experts; expert++)
            {
                store.Load(expert, whole);
                _slices[expert] = whole.Slice(collectives.Rank, collectives.Size);
            }
        }

        _shape = _slices[0].Shape;
        (_counts, _mine) = (new(collectives.Size, store.Experts), new int[store.Experts]);
        _all = ExpertPlacement.OfReplicas([Enumerable.Range(0, store.Experts).ToArray()], store.Experts);
        int width = _shape.ModelWidth;
        _sent = new(_type, width);
        _input = new(_type, width);
        _output = new(_type, width);
        _partial = new(_type, width);
        _hidden = new(_type, _shape.HiddenWidth);
    }

    /// <summary>Whether all experts go through each matrix together.</summary>
    public bool IsFused { get; }

    /// <summary>Calls of matrix products and activations in the last forward.</summary>
    public long KernelCalls { get; private set; }

    /// <summary>Where the time of the last forward went, on this rank.</summary>
    public LayerTiming LastTiming { get; private set; }

    /// <summary>
    /// The bytes of the last forward as the authors count them: sent 2 (G-1) T d w + 4 E (G-1), received (G-1) T d w + T d w + 4 E (G-1), where T are this rank's tokens (all ranks having equally many): a
    /// reduce-scatter gives each rank its own sum. A direct exchange, as here, receives (G-1) T d w of parts instead: see <see cref="ICollectives.Traffic"/>.
    /// </summary>
    public CollectiveTraffic LastTraffic => new(_logicalSent, _logicalReceived);

    /// <summary>The output for this rank's tokens.</summary>
    /// <param name="input">[tokens, d], on the host, of the store's type; ranks may have different numbers, or none. Stays the caller's.</param>
    /// <param name="cancellationToken">Stops within an expert; the other ranks are told.</param>
    /// <returns>[tokens, d]; the caller's.</returns>
    /// <exception cref="ArgumentException">The input has another shape or type.</exception>
    /// <exception cref="ResearchKitException">A score of the router is not finite, or another rank failed.</exception>
    public async ValueTask<torch.Tensor> ForwardAsync(torch.Tensor input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.shape is not [_, var width] || width != _shape.ModelWidth || input.dtype != _type || input.device_type != DeviceType.CPU)
        {
            throw new ArgumentException(
                $"Tokens are [tokens, {_shape.ModelWidth}] of {_type} on the host, not [{string.Join(", ", input.shape)}] of {input.dtype} on {input.device}.",
                nameof(input)
            );
        }

        Stopwatch watch = Stopwatch.StartNew();
        using torch.Tensor contiguous = input.contiguous();
        _router.Route(contiguous, _routing);
        _routing.CountInto(_mine);
        double routed = Lap(watch);
        await _ranks.AllGatherAsync(_mine, _counts.Buffer, cancellationToken);
        _counts.RequireValid();
        double metadata = Lap(watch);

        SortByExpert(contiguous);
        int[] rows = [.. Enumerable.Range(0, _ranks.Size).Select(rank => _counts.Of(rank).ToArray().Sum())];
        torch.Tensor[] received = new torch.Tensor[_ranks.Size];
        using (torch.Tensor sent = _sent.Rows(_packing.Sent))
        {
            await _ranks.AllGatherRowsAsync(sent, rows, received, cancellationToken);
        }

        int total = rows.Sum();
        _input.Reserve(total);
        _output.Reserve(total);
        _partial.Reserve(total);
        Regroup(received);
        double dispatch = Lap(watch);
        Compute(cancellationToken);
        double computed = Lap(watch);
        GroupBySource();
        using torch.Tensor partial = _partial.Rows(total);
        using torch.Tensor sum = await _ranks.ReduceScatterAsync(partial, rows, cancellationToken);
        torch.Tensor output = Unpack(sum, input);
        LastTiming = new()
        {
            DenseMs = routed,
            MetadataMs = metadata,
            DispatchMs = dispatch,
            ComputeMs = computed,
            CombineMs = Lap(watch),
            Tokens = total,
        };
        long rowBytes = _sent.Stride;
        long others = _ranks.Size - 1;
        long own = rows[_ranks.Rank];
        long counts = sizeof(int) * others * _slices.Length;
        _logicalSent = (others * own * rowBytes) + ((total - own) * rowBytes) + counts;
        _logicalReceived = ((total - own) * rowBytes) + (own * rowBytes) + counts;
        return output;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ExpertWeights slice in _slices)
        {
            slice.Dispose();
        }

        foreach (RowBuffer buffer in new[] { _sent, _input, _output, _partial, _hidden })
        {
            buffer.Dispose();
        }
    }

    private static double Lap(Stopwatch watch)
    {
        double milliseconds = watch.Elapsed.TotalMilliseconds;
        watch.Restart();
        return milliseconds;
    }

    private unsafe void SortByExpert(torch.Tensor input)
    {
        _schedule.Clear(1, _slices.Length);
        for (int expert = 0; expert < _slices.Length; expert++)
        {
            _schedule.Assign(0, expert, 0, _mine[expert]);
        }

        _packing.Plan(_routing, _schedule, _all, 0);
        _sent.Reserve(_packing.Sent);
        byte* from = (byte*)RowBuffer.AddressOf(input);
        int stride = _sent.Stride;
        for (int row = 0; row < _packing.Sent; row++)
        {
            new ReadOnlySpan<byte>(from + ((long)(_packing.EntryOfRow[row] / _routing.TopK) * stride), stride).CopyTo(_sent.Row(row));
        }
    }

    private unsafe void Regroup(torch.Tensor[] received)
    {
        long to = 0;
        long[] next = new long[_ranks.Size];
        for (int expert = 0; expert < _slices.Length; expert++)
        {
            for (int source = 0; source < _ranks.Size; source++)
            {
                int rows = _counts[source, expert];
                if (rows > 0)
                {
                    byte* from = (byte*)RowBuffer.AddressOf(received[source]) + (next[source] * _sent.Stride);
                    new ReadOnlySpan<byte>(from, checked(rows * _sent.Stride)).CopyTo(_input.Bytes(to, rows));
                    next[source] += rows;
                    to += rows;
                }
            }
        }

        foreach (torch.Tensor part in received)
        {
            part.Dispose();
        }
    }

    private void GroupBySource()
    {
        long[] next = new long[_ranks.Size];
        for (int source = 1; source < _ranks.Size; source++)
        {
            next[source] = next[source - 1] + _counts.Of(source - 1).ToArray().Sum();
        }

        long from = 0;
        for (int expert = 0; expert < _slices.Length; expert++)
        {
            for (int source = 0; source < _ranks.Size; source++)
            {
                int rows = _counts[source, expert];
                if (rows > 0)
                {
                    _output.Bytes(from, rows).CopyTo(_partial.Bytes(next[source], rows));
                    next[source] += rows;
                    from += rows;
                }
            }
        }
    }

    private void Compute(CancellationToken cancellationToken)
    {
        KernelCalls = 0;
        (int Expert, int First, int Rows)[] segments = Segments();
        int perRow = _shape.Activation == ExpertActivation.Relu ? 1 : 2;
        if (!IsFused)
        {
            foreach ((int expert, int first, int rows) in segments)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using torch.Tensor hidden = _hidden.Rows((long)perRow * rows);
                using torch.Tensor input = _input.Rows(first, rows);
                using torch.Tensor output = _output.Rows(first, rows);
                _slices[expert].Compute(input, output, hidden);
                KernelCalls += perRow + 2;
            }

            return;
        }

        int total = segments.Sum(static segment => segment.Rows);
        _hidden.Reserve((long)perRow * total);
        for (int matrix = 0; matrix < perRow; matrix++)
        {
            foreach ((int expert, int first, int rows) in segments)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using torch.Tensor input = _input.Rows(first, rows);
                using torch.Tensor hidden = _hidden.Rows(((long)matrix * total) + first, rows);
                _slices[expert].Up(matrix, input, hidden);
                KernelCalls++;
            }
        }

        if (total > 0)
        {
            using torch.Tensor activated = _hidden.Rows(0, total);
            if (perRow == 1)
            {
                activated.relu_();
            }
            else
            {
                using torch.Tensor gate = torch.nn.functional.silu(activated);
                using torch.Tensor second = _hidden.Rows(total, total);
                activated.copy_(gate);
                activated.mul_(second);
            }

            KernelCalls++;
        }

        foreach ((int expert, int first, int rows) in segments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using torch.Tensor hidden = _hidden.Rows(first, rows);
            using torch.Tensor output = _output.Rows(first, rows);
            _slices[expert].Down(hidden, output);
            KernelCalls++;
        }
    }

    private (int Expert, int First, int Rows)[] Segments()
    {
        List<(int, int, int)> segments = [];
        int first = 0;
        for (int expert = 0; expert < _slices.Length; expert++)
        {
            int rows = (int)_counts.OfExpert(expert);
            if (rows > 0)
            {
                segments.Add((expert, first, rows));
                first += rows;
            }
        }

        return [.. segments];
    }

    private unsafe torch.Tensor Unpack(torch.Tensor sum, torch.Tensor input)
    {
        torch.Tensor output = torch.zeros(input.shape, dtype: _type).DetachFromDisposeScope();
        byte* from = (byte*)RowBuffer.AddressOf(sum);
        byte* to = (byte*)RowBuffer.AddressOf(output);
        int stride = _sent.Stride;
        for (int choice = 0; choice < _routing.Experts.Length; choice++)
        {
            ReadOnlySpan<byte> values = new(from + ((long)_packing.RowOfEntry[choice] * stride), stride);
            Span<byte> row = new(to + ((long)(choice / _routing.TopK) * stride), stride);
            double weight = _routing.Weights[choice];
            if (_type == torch.ScalarType.Float64)
            {
                Span<double> added = MemoryMarshal.Cast<byte, double>(row);
                TensorPrimitives.MultiplyAdd(MemoryMarshal.Cast<byte, double>(values), weight, added, added);
            }
            else
            {
                Span<float> added = MemoryMarshal.Cast<byte, float>(row);
                TensorPrimitives.MultiplyAdd(MemoryMarshal.Cast<byte, float>(values), (float)weight, added, added);
            }
        }

        return output;
    }
}
