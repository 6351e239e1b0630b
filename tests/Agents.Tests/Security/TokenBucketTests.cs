using System.Text.Json;
using CsCheck;
using ResearchKit.Agents.Security;
using ResearchKit.Goldens;

namespace ResearchKit.Agents.Tests.Security;

public class TokenBucketTests
{
    [Test]
    public void Decisions_are_the_golden_ones()
    {
        using JsonDocument golden = GoldenFiles.Json("agents", "token-bucket.json");
        List<string> wrong = [];
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            TokenBucket bucket = new(c.GetProperty("capacity").GetInt32(), c.GetProperty("refillPerSecond").GetDouble());
            foreach (JsonElement r in c.GetProperty("requests").EnumerateArray())
            {
                TokenBucketDecision actual = bucket.Take(DateTimeOffset.UnixEpoch.AddSeconds(r.GetProperty("at").GetDouble()));
                TokenBucketDecision expected = new(
                    r.GetProperty("allowed").GetBoolean(),
                    r.GetProperty("remaining").GetInt32(),
                    r.GetProperty("retryAfterSeconds").GetInt32()
                );
                if (actual != expected)
                {
                    wrong.Add($"{r.GetRawText()}: {actual}");
                }
            }
        }
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Never_more_than_capacity_and_refill() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 50], Gen.Int[0, 500].Array[1, 300])
            .Sample(
                (capacity, perSecond, gaps) =>
                {
                    TokenBucket bucket = new(capacity, perSecond);
                    long milliseconds = 0;
                    int allowed = 0;
                    foreach (int gap in gaps)
                    {
                        milliseconds += gap;
                        allowed += bucket.Take(DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds)).Allowed ? 1 : 0;
                    }
                    double span = (milliseconds - gaps[0]) / 1e3;
                    return allowed <= capacity + (perSecond * span) + 1e-6;
                }
            );
}
