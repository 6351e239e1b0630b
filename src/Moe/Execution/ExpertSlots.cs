using System.Threading.Channels;

namespace ResearchKit.Moe;

/// <summary>
/// The K experts that a rank holds, one in each slot, and the engine that loads weights into slots: one load after the other, on a thread of its own, while experts are computed. Every slot is stamped with the expert whose
/// weights it has, and nothing is computed in a slot with another stamp.
/// </summary>
internal sealed class ExpertSlots : IAsyncDisposable
{
    private readonly IExpertStore _store;
    private readonly ExpertWeights[] _slots;
    private readonly Task[] _pending;
    private readonly Channel<Load> _loads = Channel.CreateUnbounded<Load>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _engine;
    private long _count;

    public ExpertSlots(IExpertStore store, ReadOnlySpan<int> resident)
    {
        _store = store;
        Resident = resident.ToArray();
        _slots = [.. Resident.Select(_ => ExpertWeights.Empty(store.Shape, store.Type))];
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            store.Load(Resident[slot], _slots[slot]);
            _slots[slot].Expert = Resident[slot];
        }

        _pending = [.. Resident.Select(_ => Task.CompletedTask)];
        _engine = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>The expert that belongs into each slot.</summary>
    public int[] Resident { get; }

    /// <summary>Loads so far.</summary>
    public long Loads => Interlocked.Read(ref _count);

    /// <summary>Starts to load an expert into a slot; nothing may be computed in it before <see cref="ReadyAsync"/>.</summary>
    public void Fetch(int expert, int slot)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[slot] = done.Task;
        _loads.Writer.TryWrite(new(expert, slot, done));
    }

    /// <summary>The weights in a slot, once all loads into it are done.</summary>
    public async ValueTask<ExpertWeights> ReadyAsync(int expert, int slot, CancellationToken cancellationToken)
    {
        Task pending = _pending[slot];
        if (!pending.IsCompletedSuccessfully)
        {
            await pending.WaitAsync(cancellationToken);
        }

        ExpertWeights weights = _slots[slot];
        return weights.Expert == expert
            ? weights
            : throw new InvalidOperationException($"Slot {slot} has the weights of expert {weights.Expert}, not of {expert}.");
    }

    /// <summary>Waits for all loads.</summary>
    public Task SettleAsync(CancellationToken cancellationToken) => Task.WhenAll(_pending).WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _loads.Writer.Complete();
        await _engine;
        foreach (ExpertWeights slot in _slots)
        {
            slot.Dispose();
        }

        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (Load load in _loads.Reader.ReadAllAsync())
        {
            ExpertWeights weights = _slots[load.Slot];
            weights.Expert = -1;
            try
            {
                _store.Load(load.Expert, weights, _stop.Token);
                weights.Expert = load.Expert;
                Interlocked.Increment(ref _count);
                load.Done.SetResult();
            }
            catch (OperationCanceledException)
            {
                load.Done.SetCanceled();
            }
#pragma warning disable CA1031 // handed to whoever waits for the slot
            catch (Exception e)
#pragma warning restore CA1031
            {
                load.Done.SetException(e);
            }
        }
    }

    private readonly record struct Load(int Expert, int Slot, TaskCompletionSource Done);
}
