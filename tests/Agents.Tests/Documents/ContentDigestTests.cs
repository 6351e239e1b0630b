using System.Text.Json;
using ResearchKit.Goldens;

namespace ResearchKit.Agents.Tests.Documents;

public class ContentDigestTests
{
    [Test]
    public void Digests_are_those_of_the_golden_documents()
    {
        using JsonDocument golden = GoldenFiles.Json("agents", "protocol-hash.json");
        int cases = 0;
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            string text =
                c.GetProperty("document").GetString()
                ?? string.Concat(Enumerable.Repeat(c.GetProperty("repeat")[0].GetString(), c.GetProperty("repeat")[1].GetInt32()));
            ContentDigest digest = ContentDigest.Of(text);
            Assert.That(digest.Hex, Is.EqualTo(c.GetProperty("sha256Hex").GetString()));
            Assert.That(digest.Header, Is.EqualTo(c.GetProperty("contentDigest").GetString()));
            Assert.That(ContentDigest.AgoraId(text), Is.EqualTo(c.GetProperty("sha1Base64").GetString()));
            Assert.That(ContentDigest.Parse(digest.Header), Is.EqualTo(digest));
            Assert.That(ContentDigest.Parse(digest.Hex), Is.EqualTo(digest));
            cases++;
        }
        Assert.That(cases, Is.GreaterThanOrEqualTo(5));
    }

    [TestCase("")]
    [TestCase("sha-256=::")]
    [TestCase("sha-256=:AAAA:")]
    [TestCase("sha-512=:AAAA:")]
    [TestCase("zz")]
    public void What_is_no_digest_is_refused(string text)
    {
        Assert.That(ContentDigest.TryParse(text, out _), Is.False);
        Assert.That(() => ContentDigest.Parse(text), Throws.ArgumentException.With.Message.Contains("64 hexadecimal digits"));
    }
}
