using System.Reflection;

namespace ResearchKit.Package.Tests;

/// <summary>
/// The packages as they would be published, in a feed of their own, and a package cache that is empty at first. All other packages come from the cache that
/// building this repository has filled: nothing is downloaded.
/// </summary>
[SetUpFixture]
internal sealed class LocalFeed
{
    private static string root = "";

    /// <summary>The folder of the nupkg files.</summary>
    public static string Packages => Path.Combine(root, "feed");

    public static string Solution { get; } = Metadata("Solution");

    public static string Version { get; } = Metadata("Version");

    [OneTimeSetUp]
    public async Task PackAsync()
    {
        root = Directory.CreateTempSubdirectory("researchkit-packages-").FullName;
        Shell shell = new(root, new Dictionary<string, string?>());
        await shell.SucceedAsync(
            "dotnet",
            "pack",
            Solution,
            "--configuration",
            Metadata("Configuration"),
            "--no-build",
            "--output",
            Packages,
            "-verbosity:quiet"
        );
        await File.WriteAllTextAsync(
            Path.Combine(root, "nuget.config"),
            $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="researchkit" value="{Packages}" />
                <add key="others" value="{OtherPackages}" />
              </packageSources>
              <packageSourceMapping>
                <packageSource key="researchkit">
                  <package pattern="ResearchKit*" />
                </packageSource>
                <packageSource key="others">
                  <package pattern="*" />
                </packageSource>
              </packageSourceMapping>
            </configuration>
            """
        );
    }

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(root, recursive: true);

    /// <summary>An empty folder in which dotnet knows this feed, and the shell there.</summary>
    /// <param name="name">Its name.</param>
    public static (string Folder, Shell Shell) Folder(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        return (
            folder,
            new Shell(
                folder,
                new Dictionary<string, string?>
                {
                    ["NUGET_PACKAGES"] = Path.Combine(root, "cache"),
                    ["DOTNET_NOLOGO"] = "1",
                    ["DOTNET_CLI_UI_LANGUAGE"] = "en",
                    ["TMPDIR"] = Directory.CreateDirectory(Path.Combine(root, "tmp")).FullName,
                    ["XDG_DATA_HOME"] = Directory.CreateDirectory(Path.Combine(root, "data")).FullName,
                    ["RESEARCHKIT_LIBTORCH"] = null,
                }
            )
        );
    }

    /// <summary>The package cache of this user: as a source it serves what was restored before.</summary>
    public static string OtherPackages =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string Metadata(string key) =>
        typeof(LocalFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
