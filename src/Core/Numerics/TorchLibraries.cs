using System.Reflection;
using System.Runtime.InteropServices;
using ResearchKit.Storage;

namespace ResearchKit.Numerics;

/// <summary>
/// Loads libtorch and TorchSharp's native library before TorchSharp looks for them: its own way, on failure, copies 0.8 GB, prints to the console and
/// names the wrong cause. What is loaded here is found by TorchSharp by name.
/// </summary>
internal static class TorchLibraries
{
    /// <summary>What was loaded.</summary>
    public sealed record Result(nint Handle, string LibraryPath, bool IsFixedCopy, TorchFiles Files);

    private const string TooOldRemedy =
        "Use a system whose libstdc++ is that of GCC 13 or later (Debian 13, Ubuntu 24.04, RHEL 10, or a container), or put a newer libstdc++.so.6 first in LD_LIBRARY_PATH.";

    /// <exception cref="ResearchKitException">RK1001, RK1002 or RK1003, with the cause.</exception>
    public static Result Load(TorchFiles files, string cacheFolder)
    {
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
        var runtime = MappedRuntime(File.ReadLines("/proc/self/maps"));
        var diagnosis = SymbolVersionFix.Diagnose(image, runtime is null ? new HashSet<string>() : Read(runtime).Definitions);
        var path = diagnosis.Loads ? files.Library : FixedCopy(files.Library, image, diagnosis, runtime, cacheFolder);
        return new(LoadOne(path), path, !diagnosis.Loads, files);
    }

    /// <summary>The path of the fixed copy, made unless a whole one is there. The original is never touched: it is a link into the package cache.</summary>
    public static string FixedCopy(
        string original,
        ElfImage image,
        SymbolVersionFix.Diagnosis diagnosis,
        string? runtime,
        string cacheFolder
    )
    {
        if (diagnosis.Obstacle is { } obstacle)
        {
            throw new ResearchKitException(
                ErrorCodes.CxxRuntimeTooOld,
                $"{original} needs a newer C++ runtime than {runtime ?? SymbolVersionFix.Runtime}, and cannot be adapted: {obstacle}.",
                TooOldRemedy
            );
        }
        var content = SymbolVersionFix.Apply(image, diagnosis);
        var path = Path.Combine(cacheFolder, "native", Checksum.Sha256(image.ToArray()), Path.GetFileName(original));
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
                $"{runtime ?? SymbolVersionFix.Runtime} lacks {SymbolVersionFix.Version}, and the adapted copy of {Path.GetFileName(original)} cannot be kept in {cacheFolder}: {exception.Message}",
                $"Set XDG_CACHE_HOME to a folder that may be written. Or else: {TooOldRemedy}",
                exception
            );
        }
        return path;
    }

    /// <summary>The libstdc++ of this process, from its memory map.</summary>
    public static string? MappedRuntime(IEnumerable<string> maps) =>
        maps.Select(line => line.IndexOf('/') is >= 0 and var slash ? line[slash..] : "")
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith("libstdc++.so.6", StringComparison.Ordinal));

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
            TorchFiles.OtherFolders(AppContext.BaseDirectory, TorchSharpAssembly.Location)
        );

    // The type is named, not initialised.
    public static Assembly TorchSharpAssembly => typeof(TorchSharp.torch).Assembly;
}
