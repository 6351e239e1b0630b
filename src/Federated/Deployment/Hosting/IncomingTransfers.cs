using System.Buffers.Binary;
using System.IO.Hashing;

namespace ResearchKit.Federated.Deployment;

/// <summary>The models that are coming in. Their number is limited, whoever sends; what nobody goes on with is forgotten.</summary>
internal sealed class IncomingTransfers(TimeProvider clock)
{
    private const int MostAtOnce = 256;
    private const int MostOfOneSender = 8;
    private const int Remembered = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Dictionary<ulong, IncomingTransfer> _open = [];
    private readonly HashSet<ulong> _done = [];
    private readonly Queue<ulong> _doneInOrder = new();
    private readonly Lock _gate = new();

    /// <summary>The number of a transfer: the same when it is offered again, so that it is gone on with.</summary>
    internal static ulong NumberOf(int from, int to, int kind, int round, ReadOnlySpan<byte> digest)
    {
        Span<byte> key = stackalloc byte[32];
        BinaryPrimitives.WriteInt32LittleEndian(key, from);
        BinaryPrimitives.WriteInt32LittleEndian(key[4..], to);
        BinaryPrimitives.WriteInt32LittleEndian(key[8..], kind);
        BinaryPrimitives.WriteInt32LittleEndian(key[12..], round);
        digest[..16].CopyTo(key[16..]);
        return XxHash3.HashToUInt64(key);
    }

    internal IncomingTransfer? Find(ulong number)
    {
        lock (_gate)
        {
            return _open.GetValueOrDefault(number);
        }
    }

    /// <summary>Whether it was delivered before.</summary>
    internal bool IsDone(ulong number)
    {
        lock (_gate)
        {
            return _done.Contains(number);
        }
    }

    /// <summary>The transfer of a number, begun now if there is none; null if there are too many.</summary>
    internal IncomingTransfer? Open(ulong number, Func<IncomingTransfer> begin, int sender)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(number, out IncomingTransfer? transfer))
            {
                Expire();
                if (_open.Count >= MostAtOnce || _open.Values.Count(t => t.From == sender) >= MostOfOneSender)
                {
                    return null;
                }

                _open[number] = transfer = begin();
            }

            transfer.Touched = clock.GetTimestamp();
            return transfer;
        }
    }

    internal void Close(ulong number, bool isDelivered)
    {
        lock (_gate)
        {
            _open.Remove(number);
            if (isDelivered && _done.Add(number))
            {
                _doneInOrder.Enqueue(number);
                if (_doneInOrder.Count > Remembered)
                {
                    _done.Remove(_doneInOrder.Dequeue());
                }
            }
        }
    }

    private void Expire()
    {
        foreach ((ulong number, IncomingTransfer transfer) in _open.ToArray())
        {
            if (clock.GetElapsedTime(transfer.Touched) > Patience)
            {
                _open.Remove(number);
            }
        }
    }
}
