namespace ResearchKit.Storage;

/// <summary>The one folder of this user's machine where what can be made or fetched again is kept: data sets, adapted libraries.</summary>
public static class UserCache
{
    /// <summary>
    /// <c>researchkit</c> in the user's cache: in <c>XDG_CACHE_HOME</c>, else in <c>~/.cache</c>; on Windows in the local application data. It need not be there yet.
    /// </summary>
    public static string Folder => FolderIn(Environment.GetEnvironmentVariable("XDG_CACHE_HOME"));

    // The XDG specification: a relative path is to be ignored.
    internal static string FolderIn(string? xdgCacheHome) =>
        Path.Combine(
            OperatingSystem.IsWindows() ? Known(Environment.SpecialFolder.LocalApplicationData)
                : !string.IsNullOrEmpty(xdgCacheHome) && Path.IsPathFullyQualified(xdgCacheHome) ? xdgCacheHome
                : Path.Combine(Known(Environment.SpecialFolder.UserProfile), ".cache"),
            "researchkit"
        );

    private static string Known(Environment.SpecialFolder folder) =>
        Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);
}
