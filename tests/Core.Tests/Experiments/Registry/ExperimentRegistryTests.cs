using ResearchKit.Experiments;
using ResearchKit.RunnerHost;

namespace ResearchKit.Core.Tests.Experiments;

public sealed class ExperimentRegistryTests
{
    [Test]
    public void ListsWithoutConstructingAndCreatesById()
    {
        int constructed = 0;
        ExperimentRegistry registry = new ExperimentRegistry().Add(() =>
        {
            constructed++;
            return new Grid();
        });
        Assert.That(registry.All.Single().Id, Is.EqualTo("test/grid"));
        Assert.That(registry.Match("test/g*").Concat(registry.Match("test")).Concat(registry.Match("*")), Has.Exactly(3).Items);
        Assert.That(registry.TypeOf("test/grid"), Is.EqualTo(typeof(Grid)));
        Assert.That(constructed, Is.Zero);
        Assert.That(registry.Create("test/grid"), Is.InstanceOf<Grid>());
        Assert.That(constructed, Is.EqualTo(1));
    }

    [Test]
    public void NamesTheNearestIds()
    {
        ExperimentRegistry registry = new ExperimentRegistry().Add<Grid>().Add<TimedGrid>();
        var error = Assert.Throws<UnknownExperimentException>(() => registry.Create("test/gird"));
        Assert.That(error.Nearest, Is.EqualTo(new[] { "test/grid", "test/timed" }));
        Assert.Throws<UnknownExperimentException>(() => registry.Match("other/*"));
    }

    [Test]
    public void RefusesTwoOfOneId() => Assert.Throws<ArgumentException>(() => new ExperimentRegistry().Add<Grid>().Add<Grid>());

    [TestCase("kitten", "sitting", 3)]
    [TestCase("", "abc", 3)]
    [TestCase("Batch", "batch", 0)]
    public void DistanceIsLevenshteins(string a, string b, int distance) => Assert.That(NearestNames.Distance(a, b), Is.EqualTo(distance));
}
