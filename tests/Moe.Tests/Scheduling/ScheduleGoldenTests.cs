using System.Text.Json;
using ResearchKit.Goldens;

namespace ResearchKit.Moe.Tests;

public class ScheduleGoldenTests
{
    [TestCase("fixed")]
    [TestCase("harmoeny")]
    [TestCase("evenSplit")]
    [TestCase("drop")]
    public void Schedules_are_those_of_the_authors_program(string policy)
    {
        using JsonDocument golden = GoldenFiles.Json("moe", "schedules.json");
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            int ranks = c.GetProperty("ranks").GetInt32();
            int experts = c.GetProperty("experts").GetInt32();
            int[] values = [.. c.GetProperty("counts").EnumerateArray().SelectMany(row => row.EnumerateArray().Select(v => v.GetInt32()))];
            TokenCounts counts = TokenCounts.Of(ranks, experts, values);
            ITokenScheduler scheduler = policy switch
            {
                "fixed" => new FixedScheduler(),
                "harmoeny" => new HarmoenyScheduler(new() { MinimumTokens = c.GetProperty("q").GetInt32() }),
                "evenSplit" => new EvenSplitScheduler(),
                _ => new DropScheduler(),
            };
            Schedule schedule = scheduler.Plan(counts, ExpertPlacement.Contiguous(ranks, experts));
            JsonElement expected = c.GetProperty(policy);
            string which = $"case {c.GetProperty("id")}";
            Assert.That(
                schedule.Loads.ToArray(),
                Is.EqualTo(expected.GetProperty("loads").EnumerateArray().Select(v => v.GetInt32())),
                which
            );
            Assert.That(schedule.Total, Is.EqualTo(expected.GetProperty("total").GetInt64()), which);
            if (expected.TryGetProperty("schedule", out JsonElement entries))
            {
                Assert.That(schedule.Entries().ToHashSet().SetEquals(entries.EnumerateArray().Select(Entry)), Is.True, which);
            }
        }
    }

    [Test]
    public void Shadowed_experts_are_those_of_the_formula_and_none_as_shipped()
    {
        using JsonDocument golden = GoldenFiles.Json("moe", "fastermoe_shadow.json");
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            int ranks = c.GetProperty("ranks").GetInt32();
            int experts = ranks * c.GetProperty("expertsPerRank").GetInt32();
            int[] values = [.. c.GetProperty("counts").EnumerateArray().SelectMany(row => row.EnumerateArray().Select(v => v.GetInt32()))];
            TokenCounts counts = TokenCounts.Of(ranks, experts, values);
            ShadowingOptions options = new()
            {
                NetBytesPerSecond = c.GetProperty("netBytesPerSecond").GetDouble(),
                GemmFlops = c.GetProperty("gemmFlops").GetDouble(),
                Alpha = c.GetProperty("alpha").GetDouble(),
                ModelWidth = c.GetProperty("dModel").GetInt32(),
                Training = true,
            };
            Assert.That(
                new ShadowingScheduler(options).Shadowed(counts),
                Is.EqualTo(c.GetProperty("shadowed").EnumerateArray().Select(v => v.GetInt32())),
                $"case {c.GetProperty("id")}"
            );
            Assert.That(new ShadowingScheduler(options with { AsShipped = true }).Shadowed(counts), Is.Empty);
        }
    }

    private static ScheduleEntry Entry(JsonElement entry)
    {
        int[] v = [.. entry.EnumerateArray().Select(x => x.GetInt32())];
        return new(v[0], v[1], v[2], v[3]);
    }
}
