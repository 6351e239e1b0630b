using CsCheck;
using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Storage;

public class ByteSizeTests
{
    [TestCase("0", 0)]
    [TestCase("17", 17)]
    [TestCase("17 B", 17)]
    [TestCase("2 GiB", 2L << 30)]
    [TestCase("2GB", 2_000_000_000)]
    [TestCase(" 1.5 kib ", 1536)]
    [TestCase("0.5 MB", 500_000)]
    [TestCase("1 PiB", 1L << 50)]
    public void Sizes_are_read(string text, long bytes) => Assert.That(ByteSize.Parse(text).Bytes, Is.EqualTo(bytes));

    [TestCase("")]
    [TestCase("GiB")]
    [TestCase("-1 B")]
    [TestCase("1 K")]
    [TestCase("1 G")]
    [TestCase("1 EiB")]
    [TestCase("1.2.3 MB")]
    [TestCase("9000000 PiB")]
    [TestCase("1e3")]
    public void What_is_no_size_is_refused(string text)
    {
        Assert.That(ByteSize.TryParse(text, out _), Is.False);
        Assert.That(() => ByteSize.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains("KiB"));
    }

    [TestCase(0, "0 B")]
    [TestCase(1023, "1023 B")]
    [TestCase(1536, "1.5 KiB")]
    [TestCase(1048575, "1 MiB")]
    [TestCase(2L << 30, "2 GiB")]
    [TestCase(long.MaxValue, "8192 PiB")]
    public void Sizes_are_printed(long bytes, string text) => Assert.That(new ByteSize(bytes).ToString(), Is.EqualTo(text));

    [Test]
    public void What_is_printed_reads_back_within_its_rounding() =>
        Gen.Long[0, 1L << 60]
            .Sample(bytes => Math.Abs(ByteSize.Parse(new ByteSize(bytes).ToString()).Bytes - bytes) <= 0.00501 * Math.Max(bytes, 1));

    [Test]
    public void Negative_sizes_do_not_exist_and_sizes_are_ordered()
    {
        Assert.That(() => new ByteSize(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(new ByteSize(1) < new ByteSize(2) && new ByteSize(2) >= new ByteSize(2) && new ByteSize(3) > new ByteSize(2));
    }
}
