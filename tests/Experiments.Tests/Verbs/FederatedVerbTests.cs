using System.Globalization;
using System.Text.Json;
using ResearchKit.Data;
using ResearchKit.Numerics;
using ResearchKit.Papers.Verbs;

namespace ResearchKit.Experiments.Tests.Verbs;

/// <summary>The verb as its user meets it: a table or logits in, an aggregator and a table of accuracies out.</summary>
public class FederatedVerbTests
{
    private string folder = "";

    [SetUp]
    public async Task MakeFolder()
    {
        folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "federated", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(folder);
        LabeledData rows = new TanhMixture(RandomStream.Named("world"), new TanhMixtureOptions { Classes = 4, Features = 6 }).Generate(
            600,
            RandomStream.Named("rows")
        );
        float[] x = new float[rows.FeatureLength];
        List<string> lines = ["a,b,c,d,e,f,y"];
        for (int row = 0; row < rows.Count; row++)
        {
            rows.CopyRow(row, x);
            lines.Add(string.Join(',', [.. x.Select(v => v.ToString("R", CultureInfo.InvariantCulture)), $"class{rows.LabelOf(row)}"]));
        }
        await System.IO.File.WriteAllLinesAsync(File("my.csv"), lines);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_table_gives_an_aggregator_and_its_logits_alone_give_the_same_table()
    {
        string[] common = ["--rounds", "60", "--seed", "3", "--json"];
        VerbResult trained = await Run([
            "--data",
            File("my.csv"),
            "--label",
            "y",
            "--partition",
            "dirichlet:0.5",
            "--clients",
            "4",
            "--epochs",
            "5",
            "--out",
            File("a"),
            .. common,
        ]);
        Assert.That(trained.Code, Is.EqualTo(0), trained.Error);
        Assert.That(System.IO.File.Exists(File("a/aggregator.safetensors")));
        Assert.That(System.IO.File.Exists(File("a/aggregator.json")));
        Assert.That(Directory.Exists(File("a/checkpoints")), Is.False);
        VerbResult logits = await Run([
            "--logits",
            .. Enumerable.Range(0, 4).Select(i => File($"a/logits/client{i}.npy")),
            "--labels",
            File("a/rows/labels.npy"),
            "--owners",
            File("a/rows/owners.npy"),
            "--counts",
            File("a/rows/counts.npy"),
            "--out",
            File("b"),
            .. common,
        ]);
        Assert.That(logits.Code, Is.EqualTo(0), logits.Error);
        Assert.That(Accuracies(logits.Out), Is.EqualTo(Accuracies(trained.Out)));
        Assert.That(
            await System.IO.File.ReadAllBytesAsync(File("b/aggregator.safetensors")),
            Is.EqualTo(await System.IO.File.ReadAllBytesAsync(File("a/aggregator.safetensors")))
        );
    }

    [Test]
    public async Task Rows_are_divided_by_a_column()
    {
        string[] lines = await System.IO.File.ReadAllLinesAsync(File("my.csv"));
        await System.IO.File.WriteAllLinesAsync(File("sites.csv"), lines.Select((line, i) => (i == 0 ? "site," : $"site{i % 3},") + line));
        VerbResult result = await Run([
            "--data",
            File("sites.csv"),
            "--label",
            "y",
            "--partition",
            "column:site",
            "--epochs",
            "2",
            "--rounds",
            "5",
            "--out",
            File("c"),
            "--json",
        ]);
        Assert.That(result.Code, Is.EqualTo(0), result.Error);
        Assert.That(JsonDocument.Parse(result.Out).RootElement.GetProperty("clients").GetInt32(), Is.EqualTo(3));
    }

    [Test]
    public async Task Nothing_is_replaced_unasked()
    {
        string[] arguments =
        [
            "--data",
            File("my.csv"),
            "--label",
            "y",
            "--clients",
            "3",
            "--epochs",
            "1",
            "--rounds",
            "2",
            "--partition",
            "iid",
            "--out",
            File("d"),
        ];
        Assert.That((await Run(arguments)).Code, Is.EqualTo(0));
        VerbResult again = await Run(arguments);
        Assert.That(again.Code, Is.EqualTo(2));
        Assert.That(again.Error, Does.Contain("--force"));
        Assert.That((await Run([.. arguments, "--force"])).Code, Is.EqualTo(0));
    }

    [TestCase("--data FILE", "--clients", "3")]
    [TestCase("belong together", "--logits", "x.npy")]
    [TestCase("allowed are iid", "--data", "my.csv", "--partition", "dirichlet")]
    [TestCase("no column 'z'", "--data", "my.csv", "--label", "z")]
    [TestCase("there is no such file", "--data", "absent.csv")]
    [TestCase("at least 1", "--data", "my.csv", "--rounds", "0")]
    [TestCase("above 0 and below 1", "--data", "my.csv", "--proxy", "1")]
    [TestCase("RK2005", "--data", "my.csv", "--clients", "20", "--partition", "dirichlet:0.0001")]
    [TestCase("is no function of logits alone", "--data", "my.csv", "--partition", "iid", "--epochs", "1", "--aggregator", "moe")]
    public async Task Wrong_usage_is_named(string expected, params string[] arguments)
    {
        string[] own =
        [
            .. arguments.Select(a =>
                a.EndsWith(".csv", StringComparison.Ordinal) || a.EndsWith(".npy", StringComparison.Ordinal) ? File(a) : a
            ),
        ];
        VerbResult result = await Run([.. own, "--out", File("e")]);
        Assert.That(result.Code, Is.EqualTo(2), result.Error);
        Assert.That(result.Error, Does.Contain(expected));
    }

    private static string[] Accuracies(string json) =>
        [
            .. JsonDocument
                .Parse(json)
                .RootElement.GetProperty("methods")
                .EnumerateArray()
                .Select(line => $"{line.GetProperty("method").GetString()} {line.GetProperty("accuracy").GetDouble():R}"),
        ];

    private string File(string name) => Path.Combine(folder, name);

    private static Task<VerbResult> Run(params string[] arguments) =>
        VerbRun.OfAsync(new FederatedVerb(), ["federated", "fens", .. arguments]);
}
