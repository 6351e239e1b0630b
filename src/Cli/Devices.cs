namespace ResearchKit.Cli;

/// <summary>The device asked for has to be here before anything is measured: there is no silent fallback.</summary>
internal static class Devices
{
    /// <summary>The device that is meant: <c>cpu</c>, or <c>cuda:N</c>. For <c>cpu</c> nothing is loaded.</summary>
    /// <exception cref="ResearchKitException">RK1004: CUDA was asked for and is not here; RK1001 to RK1003: torch cannot be loaded.</exception>
    internal static string Resolve(string device) => device == "cpu" ? device : Find(device);

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static string Find(string device) => Torch.Device(device).ToString();
}
