namespace ResearchKit.Cli;

/// <summary>The device asked for has to be here before anything is measured: there is no silent fallback.</summary>
internal static class Devices
{
    /// <exception cref="ResearchKitException">RK1004: CUDA was asked for and is not here; RK1001 to RK1003: torch cannot be loaded.</exception>
    internal static void Require(string device)
    {
        if (device.StartsWith("cuda", StringComparison.Ordinal))
        {
            Find(device);
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Find(string device) => Torch.Device(device);
}
