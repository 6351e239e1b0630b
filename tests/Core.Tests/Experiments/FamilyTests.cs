using ResearchKit.Experiments;

namespace ResearchKit.Core.Tests.Experiments;

internal sealed class FamilyTests
{
    private static readonly Family<INamed> Schemes = new([new Scheme("Zhao"), new Scheme("FFG")], [new Scheme("Mine")]);

    [Test]
    public void OwnSystemsComeAfterThePapersAndAreMarked()
    {
        Assert.That(Schemes.Names, Is.EqualTo(["Zhao", "FFG", "Mine"]));
        Assert.That(Schemes.All.Select(s => Schemes.IsOwn(s.Name)), Is.EqualTo([false, false, true]));
        Assert.That(Schemes.Mark(new Series("Mine", SeriesKind.Bar, [])).NotInPaper, Is.True);
        Assert.That(Schemes.Mark(new Series("mine, tuned", SeriesKind.Bar, []) { System = "Mine" }).NotInPaper, Is.True);
        Assert.That(Schemes.Mark(new Series("FFG", SeriesKind.Bar, [])).NotInPaper, Is.False);
    }

    [Test]
    public void AnUnknownNameIsAnsweredWithTheNearest() =>
        Assert.That(
            () => Schemes["FGF"],
            Throws
                .ArgumentException.With.Message.Contains("no 'FGF'")
                .And.Message.Contains("Zhao, FFG, Mine")
                .And.Message.Contains("Nearest: FFG")
        );

    [Test]
    public void ANameIsTakenOnce()
    {
        Assert.That(
            () => new Family<INamed>([new Scheme("FFG")], [new Scheme("FFG")]),
            Throws.ArgumentException.With.Message.Contains("'FFG'").And.Message.Contains("already taken")
        );
        Assert.That(() => new Family<INamed>([new Scheme(" ")]), Throws.ArgumentException);
    }

    private sealed record Scheme(string Name) : INamed;
}
