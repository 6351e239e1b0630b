using ResearchKit.Experiments;
using ResearchKit.RunnerHost;

namespace ResearchKit.Core.Tests.Experiments;

/// <summary>
/// A stored run of every released schema stays readable. The run of schema 1 was measured by RunnerHost (Seeds=1,2 RowsPerCell=2); its cells were then divided over two writers by hand:
/// the first failed at one cell and was killed in the middle of another, the second resumed.
/// </summary>
public sealed class GoldenRunTests
{
    [Test]
    public async Task ARunOfSchema1IsReadWhole()
    {
        using TemporaryFolder folder = new();
        string source = Path.Combine(TestContext.CurrentContext.TestDirectory, "Experiments", "Golden", "schema1");
        string copy = Path.Combine(folder.Path, "20260103-101500-quick-99fe0c13");
        Copy(Path.Combine(source, "20260103-101500-quick-99fe0c13"), copy);
        string expected = await File.ReadAllTextAsync(Path.Combine(copy, "rows.csv"));
        File.Delete(Path.Combine(copy, "rows.csv"));

        Run run = await Run.OpenAsync(copy);
        RunState state = await RunState.ReadAsync(run, new Grid());
        ExperimentResult result = await new ExperimentRunner(null).ReviewAsync(run, new Grid());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await File.ReadAllTextAsync(Path.Combine(copy, "rows.csv")), Is.EqualTo(expected));
            Assert.That(result.Cells.Select(c => c.State), Is.All.EqualTo(CellState.Done));
            Assert.That(state.Damages, Is.Empty);
            Assert.That(state.Writers.Select(w => (w.Cells, w.Failures, w.Unfinished.Count)), Is.EqualTo(new[] { (2, 1, 1), (2, 0, 0) }));
            Assert.That(
                state.DoneCell(3)!.Artifacts.Single(),
                Is.EqualTo(new Artifact("weights, 1.bin", 3, string.Concat(Enumerable.Repeat("ab", 32))))
            );
            Assert.That(run.Manifest.Native!.LibstdcxxWay, Is.EqualTo("fixed"));
            Assert.That(run.Manifest.Machine.Gpu.Single().Name, Is.EqualTo("a card"));
            Assert.That(run.Manifest.State, Is.EqualTo(RunOutcome.Complete));
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
