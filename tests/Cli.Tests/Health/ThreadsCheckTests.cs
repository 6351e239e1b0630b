namespace ResearchKit.Cli.Tests;

public sealed class ThreadsCheckTests
{
    private static async Task<List<HealthLine>> LookAsync(params (string Name, string Value)[] variables)
    {
        List<HealthLine> lines = [];
        await foreach (
            HealthLine line in new ThreadsCheck(n => variables.FirstOrDefault(v => v.Name == n).Value).LookAsync(CancellationToken.None)
        )
        {
            lines.Add(line);
        }

        return lines;
    }

    [Test]
    public async Task Nothing_set_is_as_it_should_be() =>
        Assert.That(await LookAsync(), Has.Count.EqualTo(1).And.All.Property(nameof(HealthLine.Status)).EqualTo(HealthStatus.Ok));

    [TestCase("OMP_NUM_THREADS", "100000")]
    [TestCase("OMP_NUM_THREADS", "many")]
    [TestCase("OMP_WAIT_POLICY", "ACTIVE")]
    [TestCase("GOMP_SPINCOUNT", "infinity")]
    [TestCase("OMP_PROC_BIND", "close")]
    public async Task A_setting_that_hurts_is_named_with_its_remedy(string name, string value)
    {
        List<HealthLine> lines = await LookAsync((name, value));
        Assert.That(lines[^1].Status, Is.EqualTo(HealthStatus.Warning));
        Assert.That(lines[^1].Remedy, Is.Not.Null.And.Contain(name));
    }

    [TestCase("OMP_NUM_THREADS", "1")]
    [TestCase("OMP_WAIT_POLICY", "passive")]
    [TestCase("OMP_PROC_BIND", "false")]
    public async Task A_harmless_setting_is_no_warning(string name, string value) =>
        Assert.That(await LookAsync((name, value)), Has.All.Property(nameof(HealthLine.Status)).EqualTo(HealthStatus.Ok));
}
