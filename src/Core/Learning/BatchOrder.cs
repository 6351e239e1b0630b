using ResearchKit.Numerics;

namespace ResearchKit.Learning;

/// <summary>Which rows are in which batch. Nothing is allocated from batch to batch. The order comes from the stream alone.</summary>
public sealed class BatchOrder
{
    private readonly int[] _rows;
    private readonly int _batchSize;
    private readonly BatchSampling _sampling;
    private readonly RandomStream _random;
    private int _next;

    /// <summary>An order of batches.</summary>
    /// <param name="count">The number of rows, at least 1.</param>
    /// <param name="batchSize">The rows of a batch, at least 1. With fewer rows than this, a batch is all rows.</param>
    /// <param name="random">Where the order comes from; each epoch or draw continues it.</param>
    /// <param name="sampling">How batches are drawn.</param>
    /// <param name="dropLast">Whether the smaller last batch of an epoch is left out (never the only one).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public BatchOrder(
        int count,
        int batchSize,
        RandomStream random,
        BatchSampling sampling = BatchSampling.ShuffledEpochs,
        bool dropLast = false
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentNullException.ThrowIfNull(random);
        _rows = new int[count];
        for (var i = 0; i < count; i++)
        {
            _rows[i] = i;
        }
        _batchSize = Math.Min(batchSize, count);
        _sampling = sampling;
        _random = random;
        StepsPerEpoch = dropLast ? count / _batchSize : (count - 1) / _batchSize + 1;
    }

    /// <summary>The batches of an epoch.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>The most rows of a batch.</summary>
    public int BatchSize => _batchSize;

    /// <summary>The rows of the next batch; the span holds until the next call.</summary>
    public ReadOnlySpan<int> Next()
    {
        if (_sampling == BatchSampling.FreshDraw)
        {
            // The first places of a shuffle are a draw without replacement, whatever order the rows have before.
            for (var i = 0; i < _batchSize; i++)
            {
                var j = i + _random.NextInt(_rows.Length - i);
                (_rows[i], _rows[j]) = (_rows[j], _rows[i]);
            }
            return _rows.AsSpan(0, _batchSize);
        }
        if (_next == 0 && _sampling == BatchSampling.ShuffledEpochs)
        {
            _random.Shuffle<int>(_rows);
        }
        var start = _next * _batchSize;
        _next = (_next + 1) % StepsPerEpoch;
        return _rows.AsSpan(start, Math.Min(_batchSize, _rows.Length - start));
    }
}
