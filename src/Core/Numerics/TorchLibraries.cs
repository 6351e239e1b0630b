using System.Reflection;
using System.Runtime.InteropServices;
using ResearchKit.Storage;

namespace ResearchKit.Numerics;

/// <summary>
/// Loads libtorch and TorchSharp's native library before TorchSharp looks for them: its own way, on failure, copies 0.8 GB, prints to the console and
/// names the wrong cause. What is loaded here is found by TorchSharp by name.
/// </summary>
internal static partial class TorchLibraries
{
    /// <summary>What was loaded.</summary>
    public sealed record Result(nint Handle, string LibraryPath, bool IsFixedCopy, TorchFiles Files);

    private const string TooOldRemedy =
        "Use a system whose libstdc++ is that of GCC 11 or later (Debian 12, Ubuntu 22.04, RHEL 9, or a container), or put a newer libstdc++.so.6 first in LD_LIBRARY_PATH.";

    /// <summary>Loads libtorch, then TorchSharp's library.</summary>
    /// <param name="files">What to load.</param>
    /// <param name="cacheFolder">Where an adapted copy is kept.</param>
    /// <param name="seen">Makes of the libstdc++ of this process the one to adapt to; null: as it is. For tests of older ones.</param>
    /// <exception cref="ResearchKitException">RK1001, RK1002 or RK1003, with the cause.</exception>
    public static Result Load(TorchFiles files, string cacheFolder, Func<CxxRuntime, CxxRuntime>? seen = null)
    {
        AskForHugePages();
        foreach (var library in LibTorch(files.LibTorchFolder))
        {
            LoadOne(library);
        }
        if (!OperatingSystem.IsLinux())
        {
            return new(LoadOne(files.Library), files.Library, false, files);
        }
        var image = Read(files.Library);
        if (files.IsUserFolder)
        {
            CheckSymbols(image, files);
        }
        var runtime = Runtime();
        var (path, isFixedCopy) = Adapted(files.Library, image, seen?.Invoke(runtime) ?? runtime, cacheFolder);
        return new(LoadOne(path), path, isFixedCopy, files);
    }

    /// <summary>
    /// The library as it is where it loads; else its adapted copy, made unless a whole one is there. The original is never touched: it is a link into the
    /// package cache. The copy is named by its content, so that machines of one home folder may each need another.
    /// </summary>
    public static (string Path, bool IsFixedCopy) Adapted(string original, ElfImage image, CxxRuntime runtime, string cacheFolder)
    {
        var diagnosis = SymbolVersionFix.Diagnose(image, runtime);
        if (diagnosis.Loads)
        {
            return (original, false);
        }
        if (diagnosis.Obstacle is { } obstacle)
        {
            throw new ResearchKitException(
                ErrorCodes.CxxRuntimeTooOld,
                $"{original} needs a newer C++ runtime than {runtime.Path}, and cannot be adapted: {obstacle}.",
                TooOldRemedy
            );
        }
        var content = SymbolVersionFix.Apply(image, runtime);
        var path = Path.Combine(cacheFolder, "native", Checksum.Sha256(content), Path.GetFileName(original));
        try
        {
            if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            {
                AtomicFile.Write(path, stream => stream.Write(content));
            }
        }
        catch (Exception exception) when (exception is ResearchKitException or IOException or UnauthorizedAccessException)
        {
            throw new ResearchKitException(
                ErrorCodes.CxxRuntimeTooOld,
                $"{runtime.Path} lacks {string.Join(", ", diagnosis.Missing)}, and the adapted copy of {Path.GetFileName(original)} cannot be kept in {cacheFolder}: {exception.Message}",
                $"Set XDG_CACHE_HOME to a folder that may be written. Or else: {TooOldRemedy}",
                exception
            );
        }
        return (path, true);
    }

    /// <summary>The libstdc++ of this process; nothing is provided if there is none.</summary>
    private static CxxRuntime Runtime() =>
        MappedRuntime(File.ReadLines("/proc/self/maps")) is { } path ? CxxRuntime.Of(Read(path), path) : CxxRuntime.None;

    /// <summary>The libstdc++ of this process, from its memory map.</summary>
    public static string? MappedRuntime(IEnumerable<string> maps) =>
        maps.Select(line => line.IndexOf('/') is >= 0 and var slash ? line[slash..] : "")
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith("libstdc++.so.6", StringComparison.Ordinal));

    // libtorch reads it once, at the first tensor of 2 MiB or more: with huge pages a fresh result costs a five-hundredth of the page faults,
    // which otherwise are a third of a large transform. What the user set stays. In the native environment: .NET's own is a copy of it.
    private static void AskForHugePages()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetEnvironment("THP_MEM_ALLOC_ENABLE", "1", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    // Dependencies first, so that each finds the ones before it by name, whatever search path it was built with.
    private static IEnumerable<string> LibTorch(string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            foreach (var openMp in Directory.EnumerateFiles(folder, "libgomp*.so*").Order(StringComparer.Ordinal))
            {
                yield return openMp;
            }
            foreach (var name in (string[])["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"])
            {
                if (File.Exists(Path.Combine(folder, name)))
                {
                    yield return Path.Combine(folder, name);
                }
            }
        }
        else
        {
            yield return Path.Combine(folder, TorchFiles.LibTorchName);
        }
    }

    // A libtorch of another version would end the process at the first call of a function it lacks.
    private static void CheckSymbols(ElfImage image, TorchFiles files)
    {
        nint[] handles = [.. LibTorch(files.LibTorchFolder).Select(LoadOne)];
        var lacking = image
            .Symbols.Where(symbol => symbol is { IsDefined: false, IsWeak: false, Name.Length: > 0 } && symbol.Version == 1)
            .FirstOrDefault(symbol => !handles.Any(handle => NativeLibrary.TryGetExport(handle, symbol.Name, out _)));
        if (lacking.Name is { } name)
        {
            throw new ResearchKitException(
                ErrorCodes.TorchNotLoadable,
                $"The libtorch in {files.LibTorchFolder} is not the version that TorchSharp was built for: it lacks the symbol {name}.",
                $"Point {TorchFiles.Variable} to libtorch {TorchFiles.LibTorchVersion}."
            );
        }
    }

    private static ElfImage Read(string path)
    {
        try
        {
            return ElfImage.Read(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ResearchKitException(
                ErrorCodes.TorchNotLoadable,
                $"{path} cannot be read: {exception.Message}",
                "Make the file readable, or restore and build again.",
                exception
            );
        }
    }

    private static nint LoadOne(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new ResearchKitException(
                ErrorCodes.TorchNotLoadable,
                $"{path} cannot be loaded: {exception.Message}",
                "Install what the message names; `ldd` on the file lists all it needs.",
                exception
            );
        }
    }

    /// <summary>The files of this application, by its environment.</summary>
    public static TorchFiles FindFiles() =>
        TorchFiles.Find(
            Environment.GetEnvironmentVariable(TorchFiles.Variable),
            TorchFiles.ProbedFolders(AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string, TorchSharpAssembly.Location),
            TorchFiles.OtherFolders(AppContext.BaseDirectory, TorchSharpAssembly.Location, TorchFiles.PackageCache())
        );

    // The type is named, not initialised.
    public static Assembly TorchSharpAssembly => typeof(TorchSharp.torch).Assembly;
}
