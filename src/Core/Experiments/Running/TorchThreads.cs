using System.Runtime.CompilerServices;

namespace ResearchKit.Experiments;

/// <summary>Pins the threads of one torch operation, without loading torch: cells that never touch it do not pay for it.</summary>
internal static class TorchThreads
{
    /// <summary>
    /// Pins them in this thread, and in the whole process from the moment torch is loaded; and in every thread on which the caller's asynchronous method goes on
    /// after an await: the number is kept per thread, and a thread of the pool may have another from before.
    /// </summary>
    /// <param name="threads">At least 1.</param>
    internal static void PinHereAndAfterAwaits(int threads)
    {
        Pin(threads);
        SynchronizationContext.SetSynchronizationContext(new PinningContext(threads));
    }

    private static void Pin(int threads)
    {
        Torch.SetThreadsOnLoad(threads);
        if (Torch.Loaded is not null)
        {
            SetNumThreads(threads);
        }
    }

    // In a method of its own, so that torch's assembly is not touched before it is loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SetNumThreads(int threads)
    {
        // A cell may set it itself: asked anew each time.
        if (TorchSharp.torch.get_num_threads() != threads)
        {
            TorchSharp.torch.set_num_threads(threads);
        }
    }

    /// <summary>
    /// Whether libtorch was handed a number that the garbage collector had just freed: TorchSharp passes numbers as objects that nothing keeps alive during the
    /// call. It depends on the moment alone.
    /// </summary>
    /// <param name="exception">What an operation threw.</param>
    internal static bool IsFreedScalar(Exception exception) =>
        exception is System.Runtime.InteropServices.ExternalException
        && (
            exception.Message.StartsWith("Expected false to be true", StringComparison.Ordinal)
            || exception.Message.Contains("Unknown scalar type", StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>Goes on in the thread pool, with the threads pinned.</summary>
    private sealed class PinningContext(int threads) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) =>
            ThreadPool.QueueUserWorkItem(
                static work =>
                {
                    // The pool gives the thread back without a context.
                    SetSynchronizationContext(work.Context);
                    Pin(work.Context.Threads);
                    work.Callback(work.State);
                },
                (Context: this, Callback: d, State: state),
                preferLocal: false
            );

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;

        private int Threads => threads;
    }
}
