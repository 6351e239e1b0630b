namespace ResearchKit.Package.Tests;

/// <summary><c>dotnet new researchkit-experiment</c> makes a project that runs.</summary>
internal sealed class TemplateTests
{
    [Test]
    public async Task TheProjectOfTheTemplateRunsItsExperiment()
    {
        (string folder, Shell shell) = LocalFeed.Folder("template");
        string[] hive = ["--debug:custom-hive", Path.Combine(folder, "hive")];
        string package = Path.Combine(LocalFeed.Packages, $"ResearchKit.Templates.{LocalFeed.Version}.nupkg");
        await shell.SucceedAsync("dotnet", ["new", "install", package, .. hive]);
        await shell.SucceedAsync("dotnet", ["new", "researchkit-experiment", "-n", "PiStudy", .. hive]);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, "PiStudy", "EstimateOfPi.cs")), Does.Contain("namespace PiStudy;"));
        string output = await shell.SucceedAsync("dotnet", "run", "--project", "PiStudy", "--", "run", "pi/error-over-points");
        Assert.That(output, Does.Contain("Confirmed"));
    }
}
