using ResearchKit.Cli.Tests;

namespace ResearchKit.Experiments.Tests;

internal sealed class BibliographyTests
{
    [Test]
    public async Task EveryPaperHasABibTeXEntry()
    {
        using ChildProcess tool = ChildProcess.Start("researchkit.dll", new Dictionary<string, string?>(), "cite");
        CommandResult result = await tool.EndAsync();
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Out, Does.Contain("@misc{").And.Contain("eprint        = {2502.04182}"));
        Assert.That(result.Out, Does.Not.Contain("no entry"));
    }
}
