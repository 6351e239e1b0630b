using ResearchKit.Numerics;

namespace ResearchKit.Audit.Tests;

/// <summary>The table of bad input: what is said, and that nothing is lost. Files have theirs with their loaders, the verb with its tests.</summary>
public class BadInputTests
{
    private static readonly RandomStream Random = RandomStream.Named("bad-input");

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case(
            "lengths differ",
            typeof(ArgumentException),
            "scores has 2 rows, group has 3",
            () => new ManipulationContext(new[] { 0.1, 0.9 }, new byte[] { 0, 1, 1 }, Random)
        );
        yield return Case(
            "lengths of a table differ",
            typeof(ArgumentException),
            "answers has 2 rows, labels has 3",
            () => GroupTable.Of([1, 0, 1], [1, 0], [0, 1])
        );
        yield return Case("no row in a table", typeof(ArgumentException), "answers has 0 rows", () => GroupTable.Of([], [], []));
        yield return Case(
            "no row in an audit",
            typeof(ArgumentException),
            "scores has 0 rows",
            () => new ManipulationContext(default, default, Random)
        );
        yield return Case(
            "one group only",
            typeof(AuditException),
            "Group 1 is absent from the audit set (n=2)",
            () => new ManipulationContext(new[] { 0.1, 0.9 }, new byte[] { 0, 0 }, Random)
        );
        yield return Case(
            "score above 1",
            typeof(ArgumentException),
            "scores[1] is 1.5",
            () => new ManipulationContext(new[] { 0.1, 1.5 }, new byte[] { 0, 1 }, Random)
        );
        yield return Case(
            "score NaN",
            typeof(ArgumentException),
            "scores[0] is NaN",
            () => new ManipulationContext(new[] { double.NaN, 0.5 }, new byte[] { 0, 1 }, Random)
        );
        yield return Case("label 2", typeof(ArgumentException), "labels[2] is 2", () => GroupTable.Of([1, 0, 2], [1, 0, 1], [0, 1, 1]));
        yield return Case("answer 7", typeof(ArgumentException), "answers[0] is 7", () => GroupTable.Of([1, 0], [7, 0], [0, 1]));
        yield return Case("group -1", typeof(ArgumentException), "groups[1] is -1", () => GroupTable.Of([1, 0], [1, 0], [0, -1]));
        yield return Case("weight -1", typeof(ArgumentException), "weights[1] is -1", () => GroupTable.Of([1, 0], [1, 0], [0, 1], [1, -1]));
        yield return Case(
            "weights of another length",
            typeof(ArgumentException),
            "weights has 1",
            () => GroupTable.Of([1, 0], [1, 0], [0, 1], [1])
        );
        yield return Case(
            "known labels of another length",
            typeof(ArgumentException),
            "knownLabels has 1",
            () => new ManipulationContext(new[] { 0.1, 0.9 }, new byte[] { 0, 1 }, Random, new byte[] { 1 })
        );
        yield return Case("theta below 0.5", typeof(ArgumentOutOfRangeException), "[0.5, 1]", () => new RocMitigation(0.4));
        yield return Case("theta above 1", typeof(ArgumentOutOfRangeException), "[0.5, 1]", () => new RocMitigation(1.1));
        yield return Case("theta of entropy", typeof(ArgumentOutOfRangeException), "[0, 1]", () => new MultiRoc(-1));
        yield return Case("epsilon negative", typeof(ArgumentOutOfRangeException), "not negative", () => new LinearRelaxation(-0.1));
        yield return Case("epsilon NaN", typeof(ArgumentOutOfRangeException), "not negative", () => new FewestFlips(double.NaN));
        yield return Case("tolerance above 1", typeof(ArgumentOutOfRangeException), "[0, 1]", () => new LabelTransport(1.01));
        yield return Case("tau 0", typeof(ArgumentOutOfRangeException), "(0, 1]", () => new DatasetPrior(0));
        yield return Case("tau above 1", typeof(ArgumentOutOfRangeException), "(0, 1]", () => new Omniscient(1.2));
        yield return Case("flips negative", typeof(ArgumentOutOfRangeException), "flips", () => new BudgetedFlips(-1));
        yield return Case("detector rate", typeof(ArgumentOutOfRangeException), "[0, 1]", () => new QueryDetector(1.1));
        yield return Case("budget above pool", typeof(ArgumentOutOfRangeException), "1 to 4 rows", () => AuditGame.Draw(Pool(), 5, Random));
        yield return Case("budget 0", typeof(ArgumentOutOfRangeException), "1 to 4 rows", () => AuditGame.Draw(Pool(), 0, Random));
        yield return Case(
            "three groups",
            typeof(NotSupportedException),
            "group[1] is 2",
            () => new ManipulationContext(new[] { 0.1, 0.9 }, new byte[] { 0, 2 }, Random)
        );
        yield return Case(
            "pool as large as the population",
            typeof(ArgumentOutOfRangeException),
            "20 rows",
            () => AuditSplit.Of(AcsEmploymentSynth.Draw(20, Random), 20, Random, Random)
        );
        yield return Case("training rows of one label", typeof(ArgumentException), "have label", () => OneLabel(new BoostedTrees()));
        yield return Case("logistic of one label", typeof(ArgumentException), "have label", () => OneLabel(new LogisticModel()));
        yield return Case(
            "share removed",
            typeof(ArgumentOutOfRangeException),
            "[0, 1)",
            () => new AuditSplit([0], [1], [2]).WithImbalance(AcsEmploymentSynth.Draw(20, Random), 1, Random)
        );
        yield return Case(
            "honest error",
            typeof(ArgumentOutOfRangeException),
            "between 0 and 1",
            () => new AuditPlanner { HonestError = 0 }
        );
        yield return Case(
            "free flips",
            typeof(InvalidOperationException),
            "give the cost of a flip",
            () => new AuditPlanner { HonestError = 0.6 }.QueriesFor(0.1)
        );
        yield return Case("no audit set", typeof(ArgumentException), "at least one audit set", () => Concealable.Of([], 0.1));
        yield return Case(
            "no groups named",
            typeof(ArgumentException),
            "protected attribute",
            () => new TableAudit(new TableAuditOptions { Prediction = "m", Groups = [] })
        );
        yield return Case(
            "neither answers nor scores",
            typeof(ArgumentException),
            "answers or that of scores",
            () => new TableAudit(new TableAuditOptions { Groups = ["g"] })
        );
        yield return Case(
            "tau without labels",
            typeof(ArgumentException),
            "needs labels",
            () =>
                new TableAudit(
                    new TableAuditOptions
                    {
                        Prediction = "m",
                        Groups = ["g"],
                        Tau = 0.1,
                    }
                )
        );
        yield return Case(
            "attribute twice",
            typeof(ArgumentException),
            "twice",
            () => new TableAudit(new TableAuditOptions { Prediction = "m", Groups = ["g", "g"] })
        );
        yield return Case(
            "nothing to audit",
            typeof(ArgumentException),
            "0 rows",
            () => new TableAudit(new TableAuditOptions { Prediction = "m", Groups = ["g"] }).Conclude()
        );
        yield return Case(
            "features do not fit",
            typeof(ArgumentException),
            "3 values for 2 rows of 2 features",
            () => new AuditPopulation("x", [1, 2, 3], [0, 1], [0, 1], ["a", "b"], ["0", "1"])
        );
        yield return Case(
            "group without a name",
            typeof(ArgumentException),
            "no name",
            () => new AuditPopulation("x", [1, 2], [0, 1], [0, 2], ["a"], ["0", "1"])
        );
        yield return Case(
            "error of faces",
            typeof(ArgumentOutOfRangeException),
            "between 0 and 0.5",
            () =>
                new ScoredFacesOptions
                {
                    Error = 0.5,
                    Rate0 = 0.5,
                    Rate1 = 0.5,
                }
        );
        yield return Case(
            "no budget for an endpoint",
            typeof(ArgumentOutOfRangeException),
            "at least one question",
            () =>
                new EndpointAuditOptions
                {
                    Table = new TableAuditOptions { Groups = ["g"] },
                    Budget = 0,
                }
        );
    }

    [TestCaseSource(nameof(Cases))]
    public void The_error_says_what_is_wrong(Type type, string message, Action act)
    {
        Exception? error = Assert.Catch(() => act());
        Assert.That(error, Is.InstanceOf(type));
        Assert.That(error!.Message, Does.Contain(message));
    }

    private static TestCaseData Case(string name, Type type, string message, Func<object?> act) =>
        new TestCaseData(type, message, (Action)(() => act())).SetArgDisplayNames(name);

    private static ScoredPool Pool() => new([0.1, 0.9, 0.4, 0.6], [0, 1, 0, 1], [0, 0, 1, 1]);

    private static IScorer OneLabel(IScoreModel model)
    {
        AuditPopulation people = new("x", [1, 2, 3], [1, 1, 1], [0, 1, 0], ["a"], ["0", "1"]);
        return model.Train(people, [0, 1, 2], Random);
    }
}
