using System.Runtime.CompilerServices;

namespace ResearchKit.Experiments;

/// <summary>Pins the threads of one torch operation, without loading torch: cells that never touch it do not pay for it.</summary>
internal static class TorchThreads
{
    // The number is kept per thread, and an asynchronous cell may change threads with every row.
    [ThreadStatic]
    private static int pinned;

    /// <summary>Pins them in this thread, and in the whole process from the moment torch is loaded.</summary>
    /// <param name="threads">At least 1.</param>
    internal static void Pin(int threads)
    {
        Torch.SetThreadsOnLoad(threads);
        if (pinned != threads && Torch.Loaded is not null)
        {
            SetNumThreads(threads);
            pinned = threads;
        }
    }

    // In a method of its own, so that torch's assembly is not touched before it is loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SetNumThreads(int threads) => TorchSharp.torch.set_num_threads(threads);
}
