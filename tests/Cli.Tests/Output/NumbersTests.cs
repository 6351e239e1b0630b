using ResearchKit.Experiments;

namespace ResearchKit.Cli.Tests;

public sealed class NumbersTests
{
    [TestCase(1.52, "1.52")]
    [TestCase(0.80449999, "0.8045")]
    [TestCase(123456.78, "123456.8")]
    [TestCase(0, "0")]
    [TestCase(-1, "-1")]
    [TestCase(0.0000123, "1.23e-5")]
    [TestCase(double.NaN, "NaN")]
    public void Numbers_have_four_digits(double value, string text) => Assert.That(Numbers.Of(value), Is.EqualTo(text));

    [Test]
    public void Bands_are_words() =>
        Assert.Multiple(() =>
        {
            Assert.That(Numbers.Of(new Band(1.3, null)), Is.EqualTo("at least 1.3"));
            Assert.That(Numbers.Of(new Band(null, 2)), Is.EqualTo("at most 2"));
            Assert.That(Numbers.Of(new Band(0, 0)), Is.EqualTo("exactly 0"));
            Assert.That(Numbers.Of(new Band(1, 2)), Is.EqualTo("1 to 2"));
        });

    [TestCase(0.25, "250 ms")]
    [TestCase(3.21, "3.2 s")]
    [TestCase(119.9, "1 min 59 s")]
    [TestCase(3600 * 5 + 60 * 7, "5 h 07 min")]
    public void Durations_are_short(double seconds, string text) =>
        Assert.That(Numbers.Duration(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    [TestCase("90s", 90)]
    [TestCase("90", 90)]
    [TestCase("30m", 1800)]
    [TestCase("1.5h", 5400)]
    [TestCase("00:01:30", 90)]
    public void Durations_are_read(string text, double seconds)
    {
        Assert.That(Numbers.TryDuration(text, out TimeSpan time));
        Assert.That(time.TotalSeconds, Is.EqualTo(seconds));
    }

    [TestCase("")]
    [TestCase("0")]
    [TestCase("-5m")]
    [TestCase("m")]
    [TestCase("3 days")]
    public void Other_texts_are_no_durations(string text) => Assert.That(Numbers.TryDuration(text, out _), Is.False);
}
