using System.Globalization;
using ResearchKit.Goldens;
using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Storage;

public class CanonicalJsonGoldenTests
{
    // The files of RFC 8785's own test suite.
    [TestCase("arrays")]
    [TestCase("french")]
    [TestCase("structures")]
    [TestCase("unicode")]
    [TestCase("values")]
    [TestCase("weird")]
    public void The_published_inputs_give_the_published_bytes(string name)
    {
        var input = File.ReadAllBytes(GoldenFiles.Data("agents", "jcs", "input", $"{name}.json"));
        var hex = File.ReadAllText(GoldenFiles.Data("agents", "jcs", "outhex", $"{name}.txt"));
        byte[] expected =
        [
            .. hex.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
                .Select(digits => byte.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
        ];
        Assert.That(expected, Is.Not.Empty);
        Assert.That(CanonicalJson.FromText(input), Is.EqualTo(expected));
    }

    [Test]
    public void The_golden_texts_give_the_golden_bytes()
    {
        using var golden = GoldenFiles.Json("agents", "jcs.json");
        var cases = golden.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.That(cases, Has.Count.EqualTo(8));
        foreach (var item in cases)
        {
            var input = System.Text.Encoding.UTF8.GetBytes(item.GetProperty("input").GetString()!);
            Assert.That(
                Convert.ToHexStringLower(CanonicalJson.FromText(input)),
                Is.EqualTo(item.GetProperty("canonicalUtf8Hex").GetString())
            );
        }
    }
}
