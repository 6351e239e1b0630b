using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using ResearchKit.Numerics;
using ResearchKit.Storage;
using TorchSharp;

namespace ResearchKit;

/// <summary>
/// The door to torch. Call <see cref="EnsureLoaded"/> as the first line of a script or notebook, and before the first torch type of a library: it loads the
/// native libraries in the way that works on this machine, or says in one error what is missing.
/// </summary>
public static class Torch
{
    private const string Library = "LibTorchSharp";

    private static readonly Lock Gate = new();
    private static TorchLibraries.Result? _libraries;
    private static volatile int _threadsOnLoad;

    /// <summary>What <see cref="EnsureLoaded"/> found, or null before.</summary>
    public static TorchBackend? Loaded { get; private set; }

    /// <summary>Loads torch unless it is loaded. About half a second the first time, nothing afterwards. Thread-safe.</summary>
    /// <exception cref="ResearchKitException">
    /// RK1002: the application carries no libtorch; RK1003: libstdc++ is too old and cannot be made up for; RK1001: anything else, with its cause.
    /// </exception>
    public static TorchBackend EnsureLoaded()
    {
        if (Loaded is { } loaded)
        {
            return loaded;
        }
        TorchLibraries.Result libraries;
        lock (Gate)
        {
            libraries = LoadLibraries();
        }
        // Outside the lock: a thread inside TorchSharp's own initialisation may be waiting for it in Resolve.
        return Loaded ??= Initialise(libraries);
    }

    /// <summary>A device by name. What is asked for is what is given, or an error: never another device.</summary>
    /// <param name="name"><c>cpu</c>; <c>cuda</c> or <c>cuda:n</c>; <c>auto</c>: the first CUDA device if there is one, else the CPU.</param>
    /// <exception cref="ArgumentException">The name is none of these.</exception>
    /// <exception cref="ResearchKitException">RK1004: CUDA, or that device, is not here; or torch cannot be loaded.</exception>
    public static torch.Device Device(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var index = 0;
        var isKnown =
            name is "cpu" or "cuda" or "auto"
            || (
                name.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index)
            );
        if (!isKnown)
        {
            throw new ArgumentException($"\"{name}\" is no device; allowed are cpu, cuda, cuda:0, cuda:1, ..., and auto.", nameof(name));
        }
        var backend = EnsureLoaded();
        if (name == "cpu" || (name == "auto" && !backend.CudaAvailable))
        {
            return torch.CPU;
        }
        var devices = backend.CudaAvailable ? torch.cuda.device_count() : 0;
        if (index >= devices)
        {
            throw new ResearchKitException(
                ErrorCodes.CudaMissing,
                devices == 0
                    ? $"The device {name} was asked for, and libtorch in {backend.NativeFolder} finds no CUDA device."
                    : $"The device {name} was asked for, and there are {devices} CUDA devices (cuda:0 to cuda:{devices - 1}).",
                devices == 0
                    ? $"Ask for cpu or auto; or build with -p:TorchBackend=cuda, or set {TorchFiles.Variable} to a libtorch with CUDA, on a machine with a driver."
                    : "Name one of these."
            );
        }
        return new torch.Device(DeviceType.CUDA, index);
    }

    /// <summary>
    /// Sets the threads inside one torch operation. The number is in effect a thread's own: each worker sets it. Sums depend on it in their last bits, so results
    /// that must repeat pin it; small models in parallel run best with 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="intraOp"/> is below 1.</exception>
    /// <exception cref="ResearchKitException">Torch cannot be loaded.</exception>
    public static void SetThreads(int intraOp)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(intraOp, 1);
        EnsureLoaded();
        torch.set_num_threads(intraOp);
    }

    /// <summary>Sets the threads inside one torch operation, for a while: what the calling thread had before comes back when the result is disposed, on that thread.</summary>
    /// <param name="intraOp">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="intraOp"/> is below 1.</exception>
    /// <exception cref="ResearchKitException">Torch cannot be loaded.</exception>
    public static IDisposable PinThreads(int intraOp)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(intraOp, 1);
        EnsureLoaded();
        return new ThreadsPinned(intraOp);
    }

    /// <summary>
    /// The threads inside one operation from the moment torch is loaded: a runner pins them without loading torch, so that the first rows of the cell that
    /// loads it are measured like all others.
    /// </summary>
    internal static void SetThreadsOnLoad(int intraOp) => _threadsOnLoad = intraOp;

    // A user may touch torch before any entry point of ours. Where TorchSharp's own search fails, the runtime asks here; nothing is loaded before.
#pragma warning disable CA2255 // a library's initializer: it registers one handler and loads nothing
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void AnswerLateSearches() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;

    private static nint Resolve(Assembly assembly, string name)
    {
        if (name != Library || assembly != TorchLibraries.TorchSharpAssembly)
        {
            return 0;
        }
        lock (Gate)
        {
            return LoadLibraries().Handle;
        }
    }

    private static TorchLibraries.Result LoadLibraries()
    {
        if (_libraries is { } done)
        {
            return done;
        }
        var result = TorchLibraries.Load(TorchLibraries.FindFiles(), UserCache.Folder);
        if (result.Files.IsUserLibrary)
        {
            // The application's library stands first in the host's search: TorchSharp's calls must go to the user's.
            NativeLibrary.SetDllImportResolver(TorchLibraries.TorchSharpAssembly, (name, _, _) => name == Library ? result.Handle : 0);
        }
        return _libraries = result;
    }

    // Not inlined: the caller must not name a torch type before the libraries are loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TorchBackend Initialise(TorchLibraries.Result libraries)
    {
        try
        {
            if (_threadsOnLoad > 0)
            {
                torch.set_num_threads(_threadsOnLoad);
            }
            return new()
            {
                Way =
                    libraries.Files.IsUserFolder ? TorchWay.UserFolder
                    : libraries.IsFixedCopy ? TorchWay.FixedCopy
                    : TorchWay.Stock,
                LibraryPath = libraries.LibraryPath,
                IsCxxRuntimeFixed = libraries.IsFixedCopy,
                LibTorchVersion = TorchFiles.LibTorchVersion,
                NativeFolder = libraries.Files.LibTorchFolder,
                CudaAvailable = torch.cuda.is_available(),
                IntraOpThreads = torch.get_num_threads(),
            };
        }
        catch (Exception exception)
            when (exception is TypeInitializationException or NotSupportedException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new ResearchKitException(
                ErrorCodes.TorchNotLoadable,
                $"{libraries.LibraryPath} is loaded, but TorchSharp does not start: {(exception.InnerException ?? exception).Message}",
                $"Check that TorchSharp and libtorch fit together (libtorch {TorchFiles.LibTorchVersion}).",
                exception
            );
        }
    }

    private sealed class ThreadsPinned : IDisposable
    {
        private readonly int _before = torch.get_num_threads();

        public ThreadsPinned(int intraOp) => torch.set_num_threads(intraOp);

        public void Dispose() => torch.set_num_threads(_before);
    }
}
