using System.Runtime.CompilerServices;
using NUnit.Framework;
using TorchSharp;

namespace ResearchKit.Goldens;

/// <summary>Asserts that an action disposes every tensor it makes. Tensors are counted in the whole process: mark the fixture <c>[NonParallelizable]</c>.</summary>
public static class LiveTensors
{
    /// <summary>Runs the action once to warm up (constants made once may stay), then again and compares the number of live tensors before and after.</summary>
    /// <param name="action">The action.</param>
    /// <param name="parametersMade">The parameters and running statistics of the torch modules that it makes: TorchSharp leaves one wrapper of each to the finaliser.</param>
    public static void AssertNoLeak(Action action, int parametersMade = 0)
    {
        ArgumentNullException.ThrowIfNull(action);
        Torch.EnsureLoaded();
        action();
        Settle();
        var before = Count();
        action();
        var after = Count();
        if (parametersMade == 0)
        {
            Assert.That(after, Is.EqualTo(before), $"{after - before} tensors are still alive");
        }
        else
        {
            Assert.That(after - before, Is.InRange(0, parametersMade), "tensors are still alive");
        }
    }

    /// <inheritdoc cref="AssertNoLeak"/>
    public static async Task AssertNoLeakAsync(Func<Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Torch.EnsureLoaded();
        await action();
        Settle();
        var before = Count();
        await action();
        var after = Count();
        Assert.That(after, Is.EqualTo(before), $"{after - before} tensors are still alive");
    }

    // What earlier tests left to the finaliser must not go in between.
    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    // No collection before counting afterwards: a tensor that only the finaliser frees is a leak.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Count() => torch.Tensor.TotalCount;
}
