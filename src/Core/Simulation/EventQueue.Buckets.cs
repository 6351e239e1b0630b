using System.Runtime.CompilerServices;

namespace ResearchKit.Simulation;

// Buckets are chains of chunks of one array: they grow and shrink without an allocation, and are walked in the order of memory inside a chunk.
public sealed partial class EventQueue
{
    private readonly record struct Entry(long Time, ulong Sequence, int Kind, int Node, int Payload, int Slot)
    {
        public SimulationEvent AsEvent() => new(new(Time), Sequence, Kind, Node, Payload);
    }

    /// <summary>A chain of chunks: the first event is at Start of Head, the last before End of Tail. Meaningful only if the bucket's bit is set.</summary>
    private struct Bucket
    {
        public int Head;
        public int Start;
        public int Tail;
        public int End;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Entry Append(int index)
    {
        ref Bucket bucket = ref _buckets[index];
        ref ulong occupied = ref _occupied[index >> DigitBits];
        ulong bit = 1UL << (index & (Digits - 1));
        if ((occupied & bit) == 0)
        {
            occupied |= bit;
            bucket.Head = bucket.Tail = TakeChunk();
            bucket.Start = bucket.End = 0;
        }
        else if (bucket.End == ChunkSize)
        {
            int chunk = TakeChunk();
            _nextChunk[bucket.Tail] = chunk;
            bucket.Tail = chunk;
            bucket.End = 0;
        }

        return ref _entries[(bucket.Tail << ChunkBits) + bucket.End++];
    }

    private Entry TakeFirst(int index)
    {
        ref Bucket bucket = ref _buckets[index];
        Entry entry = _entries[(bucket.Head << ChunkBits) + bucket.Start++];
        _stored--;
        if (bucket.Head == bucket.Tail && bucket.Start == bucket.End)
        {
            FreeChunk(bucket.Head, isTail: true);
            Clear(index);
        }
        else if (bucket.Start == ChunkSize)
        {
            bucket.Head = FreeChunk(bucket.Head, isTail: false);
            bucket.Start = 0;
        }

        return entry;
    }

    private void Clear(int index) => _occupied[index >> DigitBits] &= ~(1UL << (index & (Digits - 1)));

    /// <summary>Frees the chunks of a bucket in which everything is cancelled.</summary>
    private void DropAll(Bucket bucket)
    {
        for (int chunk = bucket.Head, start = bucket.Start; chunk != None; start = 0)
        {
            int end = chunk == bucket.Tail ? bucket.End : ChunkSize;
            for (int i = start; i < end; i++)
            {
                KeepSlot(_entries[(chunk << ChunkBits) + i].Slot);
            }

            chunk = FreeChunk(chunk, isTail: chunk == bucket.Tail);
        }
    }

    private int TakeChunk()
    {
        int chunk = _freeChunk;
        if (chunk != None)
        {
            _freeChunk = _nextChunk[chunk];
            return chunk;
        }

        if (_chunks == _nextChunk.Length)
        {
            Array.Resize(ref _nextChunk, 2 * _nextChunk.Length);
            Array.Resize(ref _entries, 2 * _entries.Length);
        }

        return _chunks++;
    }

    /// <summary>Gives a chunk back.</summary>
    /// <returns>The chunk that followed it, or <see cref="None"/>.</returns>
    private int FreeChunk(int chunk, bool isTail)
    {
        int next = isTail ? None : _nextChunk[chunk];
        _nextChunk[chunk] = _freeChunk;
        _freeChunk = chunk;
        return next;
    }
}
