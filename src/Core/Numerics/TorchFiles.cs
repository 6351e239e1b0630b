using System.Runtime.InteropServices;

namespace ResearchKit.Numerics;

/// <summary>Where the native parts of torch are: libtorch in one folder, TorchSharp's own library in the same or another.</summary>
/// <param name="LibTorchFolder">The folder of libtorch_cpu.</param>
/// <param name="Library">The path of TorchSharp's native library.</param>
/// <param name="IsUserFolder">Whether libtorch is in the folder that <see cref="Variable"/> names.</param>
/// <param name="IsUserLibrary">Whether the library is in that folder too.</param>
internal sealed record TorchFiles(string LibTorchFolder, string Library, bool IsUserFolder, bool IsUserLibrary)
{
    /// <summary>Names a folder with another libtorch, for example one with CUDA.</summary>
    public const string Variable = "RESEARCHKIT_LIBTORCH";

    public const string LibTorchVersion = "2.10.0";

    private const string LibTorchSize = "0.13 GB to download, 0.6 GB on disk";

    public static string LibraryName { get; } = FileName("LibTorchSharp");

    public static string LibTorchName { get; } = FileName("torch_cpu");

    private static string LibTorchPackage =>
        OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64"
        : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64"
        : "libtorch-cpu-linux-x64";

    /// <summary>Finds the files.</summary>
    /// <param name="userFolder">The value of <see cref="Variable"/>, or null.</param>
    /// <param name="probedFolders">The application's folders that the runtime probes by itself.</param>
    /// <param name="otherFolders">Where the application's native files are looked for besides.</param>
    /// <exception cref="ResearchKitException">RK1002: libtorch is not there; RK1001: TorchSharp's library is not, or there are two libtorches.</exception>
    public static TorchFiles Find(string? userFolder, IReadOnlyList<string> probedFolders, IReadOnlyList<string> otherFolders)
    {
        string[] applicationFolders = [.. probedFolders.Concat(otherFolders).Distinct()];
        string[] userFolders = string.IsNullOrEmpty(userFolder)
            ? []
            : [Path.GetFullPath(userFolder), Path.GetFullPath(Path.Combine(userFolder, "lib"))];
        var libTorch = (userFolders is [] ? applicationFolders : userFolders).FirstOrDefault(folder => Has(folder, LibTorchName));
        if (libTorch is null)
        {
            throw userFolders is []
                ? new ResearchKitException(
                    ErrorCodes.LibTorchMissing,
                    $"This application carries no libtorch for {RuntimeInformation.RuntimeIdentifier}: no {LibTorchName} in {List(applicationFolders)}.",
                    $"dotnet package download {LibTorchPackage}@{LibTorchVersion} --output \"{PackageCache()}\" brings it for every application of this user ({LibTorchSize}); or dotnet add package {LibTorchPackage} --version {LibTorchVersion} for one project; or set {Variable} to a folder with libtorch {LibTorchVersion}."
                )
                : new ResearchKitException(
                    ErrorCodes.LibTorchMissing,
                    $"{Variable} is {userFolder}, and there is no {LibTorchName} in {List(userFolders)}.",
                    $"Correct or unset {Variable}: it names a folder with libtorch {LibTorchVersion}."
                );
        }
        // TorchSharp's own search would load the application's libtorch beside the user's, and two of them end the process.
        if (
            userFolders is not []
            && probedFolders.FirstOrDefault(folder => Has(folder, LibTorchName)) is { } own
            && !SameFile(own, libTorch)
        )
        {
            throw new ResearchKitException(
                ErrorCodes.TorchNotLoadable,
                $"{Variable} is {userFolder}, but the application carries a libtorch of its own in {own}; both cannot be loaded into one process.",
                $"Build the application without one (-p:TorchBackend=none), or unset {Variable}."
            );
        }
        var inUserFolder = userFolders.FirstOrDefault(folder => Has(folder, LibraryName));
        var library =
            inUserFolder
            ?? applicationFolders.FirstOrDefault(folder => Has(folder, LibraryName))
            ?? throw new ResearchKitException(
                ErrorCodes.TorchNotLoadable,
                $"libtorch is in {libTorch}, but TorchSharp's native library is missing: no {LibraryName} in {List([.. userFolders, .. applicationFolders])}.",
                $"Restore and build again; TorchSharp has native libraries for linux-x64, win-x64, win-arm64 and osx-arm64, and this is {RuntimeInformation.RuntimeIdentifier}."
            );
        return new(libTorch, Path.Combine(library, LibraryName), userFolders is not [], inUserFolder is not null);
    }

    /// <summary>The folders that the runtime probes for TorchSharp: those that the host names, and the assembly's own.</summary>
    public static IReadOnlyList<string> ProbedFolders(string? hostFolders, string torchSharpAssembly) =>
        Clean([
            .. (hostFolders ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            .. torchSharpAssembly.Length > 0 ? [Path.GetDirectoryName(torchSharpAssembly)!] : Array.Empty<string>(),
        ]);

    /// <summary>
    /// Where else an application's native files are; for scripts and notebooks that load assemblies from the package cache, the packages there; and, last, the
    /// user's package cache, so that an application that carries no libtorch (the dotnet tool) finds one that was downloaded.
    /// </summary>
    public static IReadOnlyList<string> OtherFolders(string baseFolder, string torchSharpAssembly, string packages)
    {
        var native = Path.Combine("runtimes", Platform, "native");
        List<string> folders = [baseFolder, Path.Combine(baseFolder, native)];
        if (torchSharpAssembly.Length > 0)
        {
            var assemblyFolder = Path.GetDirectoryName(torchSharpAssembly)!;
            folders.Add(Path.Combine(assemblyFolder, native));
            if (Path.GetFileName(Path.GetDirectoryName(assemblyFolder)) == "lib")
            {
                folders.Add(Path.Combine(assemblyFolder, "..", "..", native));
                folders.Add(Path.Combine(assemblyFolder, "..", "..", "..", "..", LibTorchPackage, LibTorchVersion, native));
            }
        }
        folders.Add(Path.Combine(packages, LibTorchPackage, LibTorchVersion, native));
        return Clean(folders);
    }

    /// <summary>NuGet's package cache of this user.</summary>
    public static string PackageCache() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string[] Clean(IReadOnlyList<string> folders) =>
        [.. folders.Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))).Distinct()];

    private static bool SameFile(string folder, string other) => Resolved(folder) == Resolved(other);

    private static string Resolved(string folder)
    {
        var file = new FileInfo(
            Path.Combine(new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder, LibTorchName)
        );
        return Path.GetFullPath(file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName);
    }

    private static string Platform =>
        OperatingSystem.IsWindows() ? (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "win-arm64" : "win-x64")
        : OperatingSystem.IsMacOS() ? "osx-arm64"
        : "linux-x64";

    private static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{name}.dylib"
        : $"lib{name}.so";

    private static bool Has(string folder, string name) => File.Exists(Path.Combine(folder, name));

    private static string List(IReadOnlyList<string> folders) => folders is [] ? "no folder at all" : string.Join(", ", folders);
}
