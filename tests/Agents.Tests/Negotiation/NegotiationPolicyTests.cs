using System.Text.Json;
using ResearchKit.Agents.Negotiation;
using ResearchKit.Goldens;

namespace ResearchKit.Agents.Tests.Negotiation;

public class NegotiationPolicyTests
{
    [Test]
    public void Event_counts_on_the_published_trace_are_the_golden_ones()
    {
        using var actions = JsonDocument.Parse(File.ReadAllBytes(GoldenFiles.Data("agents", "agora", "actions.json")));
        using var config = JsonDocument.Parse(File.ReadAllBytes(GoldenFiles.Data("agents", "agora", "config.json")));
        NegotiationTrace trace = NegotiationTrace.Read(actions.RootElement, config.RootElement);
        using JsonDocument golden = GoldenFiles.Json("agents", "negotiation-amortisation.json");
        List<string> wrong = [];
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            JsonElement t = c.GetProperty("thresholds");
            INegotiationPolicy policy = c.GetProperty("policy").GetString() switch
            {
                "naturalLanguage" => new NaturalLanguageOnly(),
                "pairwise" => new PairwiseNegotiation(
                    new NegotiationThresholds
                    {
                        Protocol = t.GetProperty("protocol").GetInt32(),
                        Negotiate = t.GetProperty("negotiate").GetInt32(),
                        Implement = t.GetProperty("implement").GetInt32(),
                    }
                ),
                _ => new SharedNegotiation(trace.Libraries, t.GetProperty("serverTrigger").GetInt32()),
            };
            List<double> costs = [0];
            NegotiationEvents total = default;
            foreach ((NegotiationQuery? query, string? library) in trace.Steps)
            {
                if (query is null)
                {
                    policy.Synchronize(library!);
                    continue;
                }
                total += policy.Ask(query);
                costs.Add(total.Cost(new NegotiationCosts()));
            }
            JsonElement e = c.GetProperty("events");
            NegotiationEvents expected = new(
                e.GetProperty("naturalLanguage").GetInt32(),
                e.GetProperty("withProtocol").GetInt32(),
                e.GetProperty("pick").GetInt32(),
                e.GetProperty("negotiate").GetInt32(),
                e.GetProperty("program").GetInt32(),
                e.GetProperty("routine").GetInt32()
            );
            if (total != expected)
            {
                wrong.Add($"{policy.Name}: {total}, expected {expected}");
            }
            Compare("first 100", costs[100], c.GetProperty("costFirst100"));
            Compare("last 100", costs[1000] - costs[900], c.GetProperty("costLast100"));
            foreach (JsonElement at in c.GetProperty("cumulativeAt").EnumerateArray())
            {
                Compare($"at {at.GetProperty("query")}", costs[at.GetProperty("query").GetInt32()], at.GetProperty("cost"));
            }

            void Compare(string what, double actual, JsonElement golden)
            {
                if (actual != golden.GetDouble())
                {
                    wrong.Add($"{policy.Name} {what}: {actual}, expected {golden}");
                }
            }
        }
        Assert.That(wrong, Is.Empty);
    }

    [TestCase(6, 3, 0, 9)]
    [TestCase(3, 0.5, 0, 4)]
    [TestCase(10, 3, 0.5, 26)]
    public void Break_even_is_where_the_costs_meet(double negotiate, double program, double routine, int requests) =>
        Assert.That(
            new NegotiationCosts
            {
                Negotiate = negotiate,
                Program = program,
                Routine = routine,
            }.BreakEven(),
            Is.EqualTo(requests)
        );
}
