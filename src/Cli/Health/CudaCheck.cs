using System.Runtime.InteropServices;

namespace ResearchKit.Cli;

/// <summary>Whether CUDA can be used, and if not, which of its causes it is.</summary>
internal static class CudaCheck
{
    internal static HealthLine Look(TorchBackend backend)
    {
        if (backend.CudaAvailable)
        {
            return HealthLine.Ok("CUDA", $"{TorchSharp.torch.cuda.device_count()} devices");
        }

        bool driver = File.Exists("/proc/driver/nvidia/version") || HasDriverLibrary();
        bool build = Directory.Exists(backend.NativeFolder) && Directory.EnumerateFiles(backend.NativeFolder, "*torch_cuda*").Any();
        return (driver, build) switch
        {
            (false, false) => HealthLine.Ok("CUDA", "not used: no NVIDIA driver, and libtorch is a CPU build"),
            (true, false) => HealthLine.Warning(
                "CUDA",
                "an NVIDIA driver is here, but libtorch is a CPU build",
                "Build with -p:TorchBackend=cuda, or set RESEARCHKIT_LIBTORCH to a libtorch with CUDA."
            ),
            (false, true) => HealthLine.Warning(
                "CUDA",
                "libtorch has CUDA, but no NVIDIA driver is here",
                "Install the driver, or use the CPU build."
            ),
            (true, true) => HealthLine.Warning(
                "CUDA",
                "libtorch has CUDA and a driver is here, but no device can be used: the driver is older than libtorch's CUDA, or CUDA_VISIBLE_DEVICES hides the devices",
                "Compare nvidia-smi with the CUDA version of libtorch, and look at CUDA_VISIBLE_DEVICES."
            ),
        };
    }

    private static bool HasDriverLibrary()
    {
        string name = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (!NativeLibrary.TryLoad(name, out nint handle))
        {
            return false;
        }

        NativeLibrary.Free(handle);
        return true;
    }
}
