using System.ComponentModel.DataAnnotations;
using CsCheck;
using ResearchKit.Experiments;
using DescriptionAttribute = System.ComponentModel.DescriptionAttribute;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace ResearchKit.Core.Tests.Experiments;

public enum Mode
{
    Slow,
    Fast,
}

public sealed record TrainingOptions
{
    [Range(0.0, 1.0)]
    [Description("The learning rate")]
    public double Rate { get; init; } = 0.1;

    public float Momentum { get; init; } = 0.9f;
}

public sealed record Limits([Range(1, 8)] int Low, int High = 9);

public sealed record SampleOptions : ExperimentOptions
{
    [Range(1, 4096)]
    public int Batch { get; init; } = 64;

    public TrainingOptions Training { get; init; } = new();

    public Limits Limits { get; init; } = new(1);

    [PlanOnly]
    [Range(0.0, 1.0)]
    public IReadOnlyList<double> Skews { get; init; } = [0, 0.5, 0.9];

    public Mode Mode { get; init; } = Mode.Fast;

    public Mode[] Modes { get; init; } = [];

    public IReadOnlyList<string> Names { get; init; } = ["a"];

    [RegularExpression("[a-z]*")]
    public string Label { get; init; } = "x";

    public string? Data { get; init; }

    public long? Budget { get; init; } = 5;

    public decimal Price { get; init; } = 1.5m;

    public bool Verbose { get; init; }

    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);
}

public sealed class OptionsBinderTests
{
    private static readonly string[] Odd = ["", "null", "NULL", "[1]", "\"q\"", " blank ", "a,b", "1..3", "{}"];

    [Test]
    public void SetsEveryKindOfOption()
    {
        SampleOptions options = Bind(
            "batch=128",
            "Training.Rate=0.25",
            "Skews=0, 1",
            "Mode=sLOW",
            "Modes=fast,slow",
            "Names=b,c d",
            "Data=null",
            "Budget=null",
            "Price=2.50",
            "Verbose=TRUE",
            "Patience=00:00:05",
            "Seeds=1..3,7",
            "Limits.Low=2"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(options.Batch, Is.EqualTo(128));
            Assert.That(options.Training, Is.EqualTo(new TrainingOptions { Rate = 0.25 }));
            Assert.That(options.Skews, Is.EqualTo(new[] { 0, 1.0 }));
            Assert.That(options.Mode, Is.EqualTo(Mode.Slow));
            Assert.That(options.Modes, Is.EqualTo(new[] { Mode.Fast, Mode.Slow }));
            Assert.That(options.Names, Is.EqualTo(new[] { "b", "c d" }));
            Assert.That(options.Data, Is.Null);
            Assert.That(options.Budget, Is.Null);
            Assert.That(options.Price, Is.EqualTo(2.5m));
            Assert.That(options.Verbose, Is.True);
            Assert.That(options.Patience, Is.EqualTo(TimeSpan.FromSeconds(5)));
            Assert.That(options.Seeds, Is.EqualTo(new[] { 1, 2, 3, 7 }));
            Assert.That(options.Limits, Is.EqualTo(new Limits(2)));
        }
    }

    [Test]
    public void NamesAllProblemsAtOnce()
    {
        var error = Assert.Throws<InvalidOptionsException>(() =>
            Bind(
                "Batsh=1",
                "Batch=0",
                "Training.Rate=2",
                "Skews=0.5,7",
                "Mode=fest",
                "Label=A1",
                "Seeds=",
                "Limits.Low=99",
                "Budget=1.5",
                "nothing"
            )
        );
        string all = string.Join('\n', error.Problems);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Problems, Has.Count.EqualTo(10), all);
            Assert.That(all, Does.Contain("There is no option 'Batsh'. Nearest: Batch,"));
            Assert.That(all, Does.Contain("Batch = 0: allowed is 1 to 4096"));
            Assert.That(all, Does.Contain("Training.Rate = 2: allowed is 0 to 1"));
            Assert.That(all, Does.Contain("Skews[1] = 7: allowed is 0 to 1"));
            Assert.That(all, Does.Contain("not one of Slow, Fast; nearest: Fast"));
            Assert.That(all, Does.Contain("Label = 'A1': allowed is text that matches [a-z]*"));
            Assert.That(all, Does.Contain("Seeds = []: allowed is at least 1 elements"));
            Assert.That(all, Does.Contain("Limits.Low = 99: allowed is 1 to 8"));
            Assert.That(all, Does.Contain("Budget = 1.5: '1.5' is not long or null"));
            Assert.That(all, Does.Contain("'nothing' is neither Name=value nor @file.json"));
        }
    }

    [Test]
    public void UnknownNestedNameNamesThreeNearestAndTheList()
    {
        var error = Assert.Throws<InvalidOptionsException>(() => Bind("Training.Rat=1"));
        Assert.That(
            error.Message,
            Does.Contain("Training.Rat'. Nearest: Training.Rate, ").And.Contains("Options: Seeds, Batch, Training.Rate, Training.Momentum,")
        );
        Assert.That(error.Message.Split("Nearest: ")[1].Split(". Options")[0].Split(','), Has.Length.EqualTo(3));
    }

    [TestCase("Batch=NaN")]
    [TestCase("Batch=99999999999")]
    [TestCase("Training.Rate=NaN")]
    [TestCase("Training.Rate=1e999")]
    [TestCase("Price=1e99")]
    [TestCase("Batch=null")]
    [TestCase("Batch=1,5")]
    [TestCase("Seeds=5..1")]
    [TestCase("Seeds=[1")]
    [TestCase("Training={\"Rate\":1,\"Bogus\":2}")]
    public void RefusesWhatDoesNotFit(string assignment) => Assert.Throws<InvalidOptionsException>(() => Bind(assignment));

    [Test]
    public void MergesAFileAndRefusesUnknownMembers()
    {
        using TemporaryFolder folder = new();
        string good = Path.Combine(folder.Path, "good.json");
        File.WriteAllText(good, """{ "Batch": 7, "Training": { "Rate": 0.5 }, /* kept */ "Skews": [1], }""");
        SampleOptions options = Bind("@" + good, "Batch=8");
        Assert.That((options.Batch, options.Training.Rate, options.Training.Momentum, options.Skews[0]), Is.EqualTo((8, 0.5, 0.9f, 1.0)));

        string bad = Path.Combine(folder.Path, "bad.json");
        File.WriteAllText(bad, """{ "Batch": "x", "Training": { "Speed": 1 }, "Bogus": 1 }""");
        var error = Assert.Throws<InvalidOptionsException>(() => Bind("@" + bad, "@" + bad + "x"));
        Assert.That(error.Problems, Has.Count.EqualTo(4), error.Message);
    }

    [Test]
    public void PrintThenParseIsIdentity() =>
        Gen.Select(
                Gen.Int[1, 4096],
                Gen.Double[0, 1],
                Gen.Double[0, 1].Array[0, 5],
                Gen.String.Array[0, 4],
                Gen.String,
                Gen.Int[0, Odd.Length - 1].Select(i => Odd[i]),
                Gen.Long.Nullable(),
                Gen.Enum<Mode>()
            )
            .Sample(
                (batch, rate, skews, names, data, odd, budget, mode) =>
                {
                    SampleOptions options = new()
                    {
                        Batch = batch,
                        Training = new TrainingOptions { Rate = rate, Momentum = (float)rate * 3 },
                        Skews = skews,
                        Names = [.. names.Select(Clean), odd],
                        Data = batch % 2 == 0 ? odd : Clean(data),
                        Budget = budget,
                        Mode = mode,
                        Modes = [mode, Mode.Fast],
                        Patience = TimeSpan.FromTicks(batch),
                    };
                    SampleOptions again = OptionsBinder.Bind(new SampleOptions(), OptionsBinder.Print(options));
                    return OptionsBinder.Print(again).SequenceEqual(OptionsBinder.Print(options))
                        && again.Names.SequenceEqual(options.Names)
                        && again.Skews.SequenceEqual(options.Skews)
                        && again with
                        {
                            Names = options.Names,
                            Skews = options.Skews,
                            Modes = options.Modes,
                            Seeds = options.Seeds,
                        } == options;
                }
            );

    [Test]
    public void DescribesOptions()
    {
        IReadOnlyList<OptionInfo> options = OptionsBinder.Describe(new RunnerHost.Grid());
        OptionInfo rows = options.Single(o => o.Name == "RowsPerCell");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(options.Select(o => o.Name), Is.EqualTo(new[] { "Seeds", "Systems", "RowsPerCell", "DelayMs" }));
            Assert.That(rows.Defaults[Scale.Quick], Is.EqualTo("3"));
            Assert.That(rows.Defaults[Scale.Full], Is.EqualTo("5"));
            Assert.That(rows.Range, Is.EqualTo("0 to 1000"));
            Assert.That(rows.Type, Is.EqualTo("int"));
            Assert.That(rows.PlanOnly, Is.False);
            Assert.That(options[1].PlanOnly, Is.True);
            Assert.That(options[1].Type, Is.EqualTo("list of text"));
            Assert.That(options[1].Defaults[Scale.Quick], Is.EqualTo("Alpha,Beta"));
        }
    }

    private static SampleOptions Bind(params string[] assignments) => OptionsBinder.Bind(new SampleOptions(), assignments);

    // Half a surrogate pair is no text: JSON refuses it.
    private static string Clean(string text) => new([.. text.Where(c => !char.IsSurrogate(c))]);
}
