using System.IO.Compression;
using System.Xml.Linq;

namespace ResearchKit.Package.Tests;

/// <summary>What is in the packages, and what they depend on.</summary>
internal sealed class PackageContentTests
{
    private static readonly string[] Libraries =
    [
        .. new DirectoryInfo(Path.Combine(Path.GetDirectoryName(LocalFeed.Solution)!, "src"))
            .GetDirectories()
            .Select(d => d.Name)
            .Where(name => name != "Templates")
            .Append("Papers")
            .Order(StringComparer.Ordinal),
    ];

    private static readonly string[] Others = ["ResearchKit", "ResearchKit.Templates", "ResearchKit.Tool"];

    [Test]
    public void TheFeedHoldsThesePackagesAndNoOthers() =>
        Assert.That(
            Directory.GetFiles(LocalFeed.Packages, "*.nupkg").Select(Path.GetFileName),
            Is.EquivalentTo(Libraries.Select(l => $"ResearchKit.{l}").Concat(Others).Select(id => $"{id}.{LocalFeed.Version}.nupkg"))
        );

    [TestCaseSource(nameof(Libraries))]
    public void ALibraryHasItsAssemblyDocumentationAndSymbolsAndNothingNative(string library)
    {
        using ZipArchive package = Open($"ResearchKit.{library}");
        string[] files = [.. package.Entries.Select(e => e.FullName)];
        Assert.That(
            files,
            Does.Contain("README.md")
                .And.Contain("LICENSE")
                .And.Contain($"lib/net10.0/ResearchKit.{library}.dll")
                .And.Contain($"lib/net10.0/ResearchKit.{library}.xml")
        );
        Assert.That(files, Has.None.Contain("runtimes/").And.None.Contain("libtorch"));
        Assert.That(File.Exists(Path.Combine(LocalFeed.Packages, $"ResearchKit.{library}.{LocalFeed.Version}.snupkg")), "no symbols");
        Assert.That(Dependencies(package), Has.None.StartsWith("libtorch").And.None.StartsWith("TorchSharp-"));
    }

    [Test]
    public void TheMetaPackageBringsEveryLibrary()
    {
        using ZipArchive package = Open("ResearchKit");
        Assert.That(
            Dependencies(package).Where(id => id.StartsWith("ResearchKit.", StringComparison.Ordinal)),
            Is.EquivalentTo(Libraries.Except(["Papers"]).Select(l => $"ResearchKit.{l}"))
        );
        Assert.That(package.Entries.Select(e => e.FullName), Has.None.StartsWith("lib/"));
    }

    [Test]
    public void TheToolCarriesNoLibtorch()
    {
        using ZipArchive package = Open("ResearchKit.Tool");
        Assert.That(package.Entries.Select(e => e.Name), Has.None.Contain("torch_cpu").And.Some.Contain("LibTorchSharp"));
    }

    private static ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(LocalFeed.Packages, $"{id}.{LocalFeed.Version}.nupkg"));

    private static IEnumerable<string> Dependencies(ZipArchive package)
    {
        using Stream nuspec = package.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return [.. XDocument.Load(nuspec).Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value)];
    }
}
