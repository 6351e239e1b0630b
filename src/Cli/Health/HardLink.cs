using System.Runtime.InteropServices;

namespace ResearchKit.Cli;

/// <summary>Hard links, which .NET 10 has no call for.</summary>
internal static partial class HardLink
{
    /// <summary>Gives a file a second name.</summary>
    /// <returns>Whether the file system can do that.</returns>
    internal static bool TryCreate(string existing, string name) =>
        OperatingSystem.IsWindows() ? CreateHardLink(name, existing, 0) : Link(existing, name) == 0;

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string name);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string name, string existing, nint security);
}
