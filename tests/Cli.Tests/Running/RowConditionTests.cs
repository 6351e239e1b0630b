namespace ResearchKit.Cli.Tests;

public sealed class RowConditionTests
{
    [TestCase("Skew=0.9", "0.90", true)]
    [TestCase("Skew!=0.9", "0.9", false)]
    [TestCase("Skew<=0.9", "0.9", true)]
    [TestCase("Skew<0.9", "0.9", false)]
    [TestCase("Skew>0.1", "1E-1", false)]
    [TestCase("Skew>=0.1", "0.2", true)]
    [TestCase("System=fifo", "FIFO", true)]
    [TestCase("System!=fifo", "LIFO", true)]
    [TestCase("Skew<1", "", false)]
    [TestCase("Name=a=b", "a=b", true)]
    public void Conditions_compare_numbers_as_numbers(string text, string field, bool holds) =>
        Assert.That(RowCondition.TryParse(text)!.Holds(field), Is.EqualTo(holds));

    [TestCase("Skew")]
    [TestCase("=3")]
    [TestCase("")]
    public void Other_texts_are_no_conditions(string text) => Assert.That(RowCondition.TryParse(text), Is.Null);
}
