using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;

namespace ResearchKit.Moe;

/// <summary>
/// Ranks in processes of their own, started by <c>mpirun</c>, over Open MPI 4. Messages go point to point and are polled for, so that a wait can be cancelled, ends when patience does, and notices a rank that failed. What is
/// longer than an MPI count can say is sent in parts.
/// </summary>
public sealed class MpiCollectives : ICollectives, IDisposable
{
    private const int DataTag = 1;
    private const int HeaderTag = 2;
    private const int FailureTag = 3;

    private readonly nint _data;
    private readonly nint _control;
    private readonly int _part;
    private readonly TimeSpan _patience;
    private readonly nint _status = Marshal.AllocHGlobal(64);
    private readonly List<GCHandle> _pinned = [];
    private long _sent;
    private long _received;

    private MpiCollectives(RankGroupOptions options)
    {
        (_patience, _part) = (options.Patience, options.LargestMessageBytes);
        MpiLibrary.Check(MpiLibrary.CommRank(MpiLibrary.World, out int rank), "MPI_Comm_rank");
        MpiLibrary.Check(MpiLibrary.CommSize(MpiLibrary.World, out int size), "MPI_Comm_size");
        (Rank, Size) = (rank, size);
        MpiLibrary.Check(MpiLibrary.CommDup(MpiLibrary.World, out _data), "MPI_Comm_dup");
        MpiLibrary.Check(MpiLibrary.CommDup(MpiLibrary.World, out _control), "MPI_Comm_dup");
        MpiLibrary.Check(MpiLibrary.SetErrorHandler(_data, MpiLibrary.ErrorsReturn), "MPI_Comm_set_errhandler");
        MpiLibrary.Check(MpiLibrary.SetErrorHandler(_control, MpiLibrary.ErrorsReturn), "MPI_Comm_set_errhandler");
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public CollectiveTraffic Traffic => new(_sent, _received);

    /// <summary>Runs a body as this process's rank, on a thread of its own, and ends MPI. A process does this once.</summary>
    /// <param name="body">What the rank does.</param>
    /// <param name="options">Threads and patience; the defaults if null.</param>
    /// <param name="cancellationToken">Stops this rank; the others are told.</param>
    /// <exception cref="ResearchKitException">Open MPI is missing or fails, or another rank failed.</exception>
    public static async Task RunAsync(
        Func<ICollectives, CancellationToken, Task> body,
        RankGroupOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        ArgumentNullException.ThrowIfNull(body);
        MpiLibrary.RequireLoaded();
        Torch.EnsureLoaded();
        MpiLibrary.Check(MpiLibrary.InitThread(0, 0, MpiLibrary.ThreadMultiple, out int provided), "MPI_Init_thread");
        if (provided < MpiLibrary.ThreadMultiple)
        {
            throw new ResearchKitException(
                MoeErrors.MpiFailed,
                $"MPI offers thread level {provided}.",
                "Use an Open MPI built with MPI_THREAD_MULTIPLE."
            );
        }

        using MpiCollectives ranks = new(options);
        await RankThread.RunAsync($"rank {ranks.Rank}", options.ThreadsPerRank ?? 1, () => ranks.RunBodyAsync(body, cancellationToken));
        MpiLibrary.Check(MpiLibrary.End(), "MPI_Finalize");
    }

    /// <inheritdoc/>
    public async ValueTask AllGatherAsync(ReadOnlyMemory<int> mine, Memory<int> all, CancellationToken cancellationToken = default)
    {
        if (all.Length != (long)mine.Length * Size)
        {
            throw new ArgumentException($"{Size} ranks with {mine.Length} numbers each do not fill {all.Length}.", nameof(all));
        }

        await HeadersAsync(
            [.. Enumerable.Repeat((long)mine.Length, Size)],
            [.. Enumerable.Repeat((long)mine.Length, Size)],
            "numbers",
            cancellationToken
        );
        int[] received = new int[all.Length];
        int bytes = mine.Length * sizeof(int);
        await ExchangeAsync(
            (to, requests) => Send(Pin(mine.ToArray()), bytes, to, DataTag, _data, requests),
            (from, requests) => Receive(Pin(received) + ((nint)from * bytes), bytes, from, DataTag, _data, requests),
            cancellationToken
        );
        mine.Span.CopyTo(received.AsSpan(Rank * mine.Length));
        received.CopyTo(all);
        _sent += (long)bytes * (Size - 1);
        _received += (long)bytes * (Size - 1);
    }

    /// <inheritdoc/>
    public ValueTask AllToAllAsync(
        torch.Tensor send,
        ReadOnlyMemory<int> sendRows,
        ReadOnlyMemory<int> receiveRows,
        torch.Tensor[] received,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(send);
        ArgumentNullException.ThrowIfNull(received);
        Collectives.RequireRows(this, send, sendRows.Span, receiveRows.Span, received);
        long[] starts = new long[Size];
        for (int to = 1; to < Size; to++)
        {
            starts[to] = starts[to - 1] + sendRows.Span[to - 1];
        }

        return RowsAsync(send, sendRows.ToArray(), starts, receiveRows.ToArray(), received, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask AllGatherRowsAsync(
        torch.Tensor send,
        ReadOnlyMemory<int> receiveRows,
        torch.Tensor[] received,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(send);
        ArgumentNullException.ThrowIfNull(received);
        Collectives.RequireRows(this, send, new int[Size], receiveRows.Span, received);
        int[] rows = [.. Enumerable.Repeat((int)send.shape[0], Size)];
        return RowsAsync(send, rows, new long[Size], receiveRows.ToArray(), received, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Unpin();
        Marshal.FreeHGlobal(_status);
    }

    private async Task RunBodyAsync(Func<ICollectives, CancellationToken, Task> body, CancellationToken cancellationToken)
    {
        try
        {
            await body(this, cancellationToken);
        }
        catch
        {
            TellFailure();
            throw;
        }
    }

    private async ValueTask RowsAsync(
        torch.Tensor send,
        int[] sendRows,
        long[] starts,
        int[] receiveRows,
        torch.Tensor[] received,
        CancellationToken cancellationToken
    )
    {
        long stride = send.shape[1] * send.element_size();
        await HeadersAsync(
            [.. sendRows.Select(rows => rows * stride)],
            [.. receiveRows.Select(rows => rows * stride)],
            "bytes of rows",
            cancellationToken
        );
        nint from = RowBuffer.AddressOf(send);
        for (int other = 0; other < Size; other++)
        {
            received[other] =
                other == Rank
                    ? send.narrow(0, starts[Rank], sendRows[Rank]).DetachFromDisposeScope()
                    : torch.empty([receiveRows[other], send.shape[1]], dtype: send.dtype).DetachFromDisposeScope();
        }

        await ExchangeAsync(
            (to, requests) => Send(from + (nint)(starts[to] * stride), sendRows[to] * stride, to, DataTag, _data, requests),
            (source, requests) =>
                Receive(RowBuffer.AddressOf(received[source]), receiveRows[source] * stride, source, DataTag, _data, requests),
            cancellationToken
        );
        for (int other = 0; other < Size; other++)
        {
            if (other != Rank)
            {
                _sent += sendRows[other] * stride;
                _received += receiveRows[other] * stride;
            }
        }
    }

    /// <summary>Every rank says how much it will send before it does: who expects something else says so, and nothing hangs or is cut off.</summary>
    private async ValueTask HeadersAsync(long[] sent, long[] expected, string what, CancellationToken cancellationToken)
    {
        long[] announced = new long[Size];
        await ExchangeAsync(
            (to, requests) => Send(Pin(sent) + (to * sizeof(long)), sizeof(long), to, HeaderTag, _data, requests),
            (from, requests) => Receive(Pin(announced) + (from * sizeof(long)), sizeof(long), from, HeaderTag, _data, requests),
            cancellationToken
        );
        announced[Rank] = sent[Rank];
        for (int from = 0; from < Size; from++)
        {
            if (announced[from] != expected[from])
            {
                throw new ResearchKitException(
                    MoeErrors.RanksDisagree,
                    $"Rank {from} sends rank {Rank} {announced[from]} {what}, but {expected[from]} are expected.",
                    "Counts differ between ranks: exchange them before rows are sent, and plan from the same."
                );
            }
        }
    }

    private async ValueTask ExchangeAsync(
        Action<int, List<nint>> send,
        Action<int, List<nint>> receive,
        CancellationToken cancellationToken
    )
    {
        List<nint> requests = [];
        for (int other = 0; other < Size; other++)
        {
            if (other != Rank)
            {
                receive(other, requests);
                send(other, requests);
            }
        }

        await CompleteAsync(requests, cancellationToken);
        Unpin();
    }

    private async ValueTask CompleteAsync(List<nint> requests, CancellationToken cancellationToken)
    {
        Stopwatch waited = Stopwatch.StartNew();
        for (int spins = 0; requests.Count > 0; spins++)
        {
            for (int i = requests.Count - 1; i >= 0; i--)
            {
                nint request = requests[i];
                MpiLibrary.Check(MpiLibrary.Test(ref request, out int done, 0), "MPI_Test");
                if (done != 0)
                {
                    requests.RemoveAt(i);
                }
                else
                {
                    requests[i] = request;
                }
            }

            if (requests.Count == 0)
            {
                return;
            }

            cancellationToken.ThrowIfCancellationRequested();
            RequireNoFailure();
            if (waited.Elapsed > _patience)
            {
                throw new ResearchKitException(
                    MoeErrors.RanksDisagree,
                    $"Rank {Rank} waited {_patience.TotalSeconds:0.#} s for others.",
                    "Let every rank call the same operations in the same order, or allow more Patience."
                );
            }

            // Short waits poll, long ones let other work run.
            if (spins > 1000)
            {
                await Task.Delay(1, cancellationToken);
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    private void RequireNoFailure()
    {
        MpiLibrary.Check(MpiLibrary.Iprobe(MpiLibrary.AnySource, FailureTag, _control, out int told, _status), "MPI_Iprobe");
        if (told != 0)
        {
            int failed = Marshal.ReadInt32(_status); // MPI_SOURCE comes first in Open MPI's status
            throw new ResearchKitException(
                MoeErrors.RankFailed,
                $"Rank {Rank} stops: rank {failed} failed.",
                "Look at that rank's own error."
            );
        }
    }

    private void TellFailure()
    {
        List<nint> requests = [];
        for (int other = 0; other < Size; other++)
        {
            if (other != Rank)
            {
                Send(0, 0, other, FailureTag, _control, requests);
            }
        }
    }

    private unsafe void Send(nint from, long bytes, int to, int tag, nint comm, List<nint> requests)
    {
        for (long at = 0; at < bytes || (bytes == 0 && at == 0 && tag == FailureTag); at += _part)
        {
            int length = (int)Math.Min(_part, bytes - at);
            MpiLibrary.Check(
                MpiLibrary.Isend((void*)(from + (nint)at), length, MpiLibrary.Byte, to, tag, comm, out nint request),
                "MPI_Isend"
            );
            requests.Add(request);
        }
    }

    private unsafe void Receive(nint to, long bytes, int from, int tag, nint comm, List<nint> requests)
    {
        for (long at = 0; at < bytes; at += _part)
        {
            int length = (int)Math.Min(_part, bytes - at);
            MpiLibrary.Check(
                MpiLibrary.Irecv((void*)(to + (nint)at), length, MpiLibrary.Byte, from, tag, comm, out nint request),
                "MPI_Irecv"
            );
            requests.Add(request);
        }
    }

    private nint Pin(Array array)
    {
        GCHandle handle = GCHandle.Alloc(array, GCHandleType.Pinned);
        _pinned.Add(handle);
        return handle.AddrOfPinnedObject();
    }

    private void Unpin()
    {
        foreach (GCHandle handle in _pinned)
        {
            handle.Free();
        }

        _pinned.Clear();
    }
}
