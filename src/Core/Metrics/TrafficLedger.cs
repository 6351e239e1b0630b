using System.Runtime.InteropServices;

namespace ResearchKit.Metrics;

/// <summary>
/// Counts the bytes of a run by sender, receiver, kind and phase. Bytes count up when they leave the sender and down when they reach the receiver, so a transfer
/// that is cut off counts with what was carried until then. Beside the measured sizes stand the formulas of the paper.
/// Nothing is allocated per transfer between nodes that have met before. Not thread-safe.
/// </summary>
/// <param name="byPair">Whether sender and receiver are kept as pairs, for <see cref="Rows"/>; without, memory grows with the nodes only. True by default.</param>
public sealed class TrafficLedger(bool byPair = true)
{
    private readonly record struct Pair(int Sender, int Receiver, int Kind);

    private readonly List<(string Kind, string Phase)> _kinds = [];
    private readonly Dictionary<(string Kind, string Phase), TrafficKind> _index = [];
    private readonly Dictionary<Pair, TrafficTotal> _pairs = [];
    private readonly List<(string? Kind, string? Phase, string Formula, double Bytes)> _formulas = [];
    private TrafficTotal[] _totals = [];
    private long[] _up = [];
    private long[] _down = [];

    /// <summary>One more than the largest node seen so far.</summary>
    public int Nodes { get; private set; }

    /// <summary>All traffic. Its bytes up are the volume of the run.</summary>
    public TrafficTotal Total => Sum(static _ => true);

    /// <summary>Registers a kind of message, once; recording then takes the handle.</summary>
    /// <param name="kind">The kind, for example <c>model</c> or <c>ping</c>.</param>
    /// <param name="phase">The phase, for example <c>round 3</c> or <c>distillation</c>; none by default.</param>
    /// <returns>The handle; the same for the same names.</returns>
    /// <exception cref="ArgumentException"><paramref name="kind"/> is empty.</exception>
    public TrafficKind Kind(string kind, string phase = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentNullException.ThrowIfNull(phase);
        if (!_index.TryGetValue((kind, phase), out TrafficKind handle))
        {
            handle = new(_kinds.Count);
            _kinds.Add((kind, phase));
            _index.Add((kind, phase), handle);
            if (_totals.Length < _kinds.Count)
            {
                Array.Resize(ref _totals, Math.Max(8, 2 * _totals.Length));
            }
        }

        return handle;
    }

    /// <summary>Counts a transfer that arrived whole.</summary>
    /// <param name="kind">The kind of message.</param>
    /// <param name="sender">The sender, from 0.</param>
    /// <param name="receiver">The receiver, from 0.</param>
    /// <param name="bytes">The size; not negative.</param>
    /// <exception cref="ArgumentException">The kind is not this ledger's, or a number is negative.</exception>
    public void Record(TrafficKind kind, int sender, int receiver, long bytes) =>
        Record(kind, sender, receiver, new TrafficTotal(1, 0, bytes, bytes));

    /// <summary>Counts a transfer that did not arrive whole: cut off, or to a node that was gone.</summary>
    /// <param name="kind">The kind of message.</param>
    /// <param name="sender">The sender, from 0.</param>
    /// <param name="receiver">The receiver, from 0.</param>
    /// <param name="bytesUp">The bytes that left the sender.</param>
    /// <param name="bytesDown">The bytes that reached the receiver; not more.</param>
    /// <exception cref="ArgumentException">The kind is not this ledger's, or a number is negative, or more arrived than left.</exception>
    public void RecordPartial(TrafficKind kind, int sender, int receiver, long bytesUp, long bytesDown)
    {
        if (bytesDown > bytesUp)
        {
            throw new ArgumentOutOfRangeException(nameof(bytesDown), bytesDown, $"No more bytes arrive than the {bytesUp} that left.");
        }

        Record(kind, sender, receiver, new TrafficTotal(1, 1, bytesUp, bytesDown));
    }

    /// <summary>The bytes a node sent.</summary>
    /// <param name="node">The node; one that was never seen sent nothing.</param>
    public long Up(int node) => (uint)node < (uint)Nodes ? _up[node] : 0;

    /// <summary>The bytes a node received.</summary>
    /// <param name="node">The node; one that was never seen received nothing.</param>
    public long Down(int node) => (uint)node < (uint)Nodes ? _down[node] : 0;

    /// <summary>How evenly the bytes, up and down together, lie on the nodes.</summary>
    /// <param name="nodes">How many nodes the run has: silent ones count as well. By default those seen.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="nodes"/> is below <see cref="Nodes"/> or below 1.</exception>
    public LoadBalance Load(int? nodes = null)
    {
        int count = nodes ?? Nodes;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, Math.Max(1, Nodes), nameof(nodes));
        long[] loads = new long[count];
        for (int i = 0; i < Nodes; i++)
        {
            loads[i] = _up[i] + _down[i];
        }

        return LoadBalance.Of(loads);
    }

    /// <summary>The traffic of a kind, in a phase or in all.</summary>
    /// <param name="kind">The kind; null for all.</param>
    /// <param name="phase">The phase; null for all.</param>
    public TrafficTotal Of(string? kind = null, string? phase = null) =>
        Sum(names => (kind ?? names.Kind) == names.Kind && (phase ?? names.Phase) == names.Phase);

    /// <summary>The traffic by kind, over all phases, in the order of registration.</summary>
    public IReadOnlyList<(string Kind, TrafficTotal Total)> ByKind() =>
        [.. _kinds.Select(static names => names.Kind).Distinct().Select(kind => (kind, Of(kind)))];

    /// <summary>The traffic by phase, over all kinds, in the order of registration.</summary>
    public IReadOnlyList<(string Phase, TrafficTotal Total)> ByPhase() =>
        [.. _kinds.Select(static names => names.Phase).Distinct().Select(phase => (phase, Of(null, phase)))];

    /// <summary>Everything, by sender, receiver, then kind and phase in the order of registration.</summary>
    /// <exception cref="InvalidOperationException">The ledger does not keep pairs.</exception>
    public IEnumerable<TrafficRow> Rows()
    {
        if (!byPair)
        {
            throw new InvalidOperationException("This ledger does not keep who sent to whom: make it with byPair.");
        }

        return _pairs
            .OrderBy(static entry => (entry.Key.Sender, entry.Key.Receiver, entry.Key.Kind))
            .Select(entry =>
            {
                (Pair pair, TrafficTotal total) = entry;
                (string kind, string phase) = _kinds[pair.Kind];
                return new TrafficRow(
                    pair.Sender,
                    pair.Receiver,
                    kind,
                    phase,
                    total.Transfers,
                    total.Partial,
                    total.BytesUp,
                    total.BytesDown
                );
            });
    }

    /// <summary>States what a formula predicts for the bytes up of a kind or a phase, to stand beside what is measured.</summary>
    /// <param name="formula">The formula, for example <c>2 R A</c>.</param>
    /// <param name="bytes">What it gives; not negative.</param>
    /// <param name="kind">The kind; null for all.</param>
    /// <param name="phase">The phase; null for all.</param>
    /// <exception cref="ArgumentException">The formula is empty, or <paramref name="bytes"/> is negative or not finite.</exception>
    public void Predict(string formula, double bytes, string? kind = null, string? phase = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(formula);
        if (!(bytes >= 0 && double.IsFinite(bytes)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(bytes),
                bytes,
                "A formula gives a number of bytes that is finite and not negative."
            );
        }

        _formulas.Add((kind, phase, formula, bytes));
    }

    /// <summary>The formulas beside what has been measured so far, in the order in which they were stated.</summary>
    public IReadOnlyList<TrafficFormula> Formulas() =>
        [.. _formulas.Select(f => new TrafficFormula(f.Kind, f.Phase, f.Formula, f.Bytes, Of(f.Kind, f.Phase)))];

    private void Record(TrafficKind kind, int sender, int receiver, TrafficTotal transfer)
    {
        if ((uint)kind.Index >= (uint)_kinds.Count)
        {
            throw new ArgumentException($"This ledger has no kind {kind.Index}: register it here first.", nameof(kind));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(sender);
        ArgumentOutOfRangeException.ThrowIfNegative(receiver);
        ArgumentOutOfRangeException.ThrowIfNegative(transfer.BytesDown, "bytes");
        int largest = Math.Max(sender, receiver);
        if (largest >= _up.Length)
        {
            int size = Math.Max(largest + 1, 2 * _up.Length);
            Array.Resize(ref _up, size);
            Array.Resize(ref _down, size);
        }

        Nodes = Math.Max(Nodes, largest + 1);
        _totals[kind.Index] += transfer;
        _up[sender] += transfer.BytesUp;
        _down[receiver] += transfer.BytesDown;
        if (byPair)
        {
            ref TrafficTotal total = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, new(sender, receiver, kind.Index), out _);
            total += transfer;
        }
    }

    private TrafficTotal Sum(Func<(string Kind, string Phase), bool> counts)
    {
        TrafficTotal sum = default;
        for (int i = 0; i < _kinds.Count; i++)
        {
            sum += counts(_kinds[i]) ? _totals[i] : default;
        }

        return sum;
    }
}
