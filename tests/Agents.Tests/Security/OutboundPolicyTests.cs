using System.Net;
using System.Text.Json;
using CsCheck;
using ResearchKit.Agents.Security;
using ResearchKit.Goldens;

namespace ResearchKit.Agents.Tests.Security;

public class OutboundPolicyTests
{
    [Test]
    public void Addresses_and_urls_are_judged_as_in_the_golden_file()
    {
        using JsonDocument golden = GoldenFiles.Json("agents", "outbound-policy.json");
        List<string> wrong = [];
        foreach (JsonElement c in golden.RootElement.GetProperty("addresses").EnumerateArray())
        {
            if (
                OutboundPolicy.Default.Refusal(IPAddress.Parse(c.GetProperty("address").GetString()!)) is null
                != c.GetProperty("allowed").GetBoolean()
            )
            {
                wrong.Add(c.GetRawText());
            }
        }
        foreach (JsonElement c in golden.RootElement.GetProperty("urls").EnumerateArray())
        {
            if (OutboundPolicy.Default.Refusal(c.GetProperty("url").GetString()) is null != c.GetProperty("allowed").GetBoolean())
            {
                wrong.Add(c.GetRawText()[..Math.Min(200, c.GetRawText().Length)]);
            }
        }
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_blocked_networks_are_blocked_to_their_edges()
    {
        using JsonDocument golden = GoldenFiles.Json("agents", "outbound-policy.json");
        foreach (JsonElement n in golden.RootElement.GetProperty("blockedNetworks").EnumerateArray())
        {
            IPNetwork network = IPNetwork.Parse(n.GetString()!);
            Assert.That(OutboundPolicy.Default.Refusal(network.BaseAddress), Is.Not.Null, n.GetString());
        }
    }

    /// <summary>Whatever a resolver answers, in whatever order and however often it changes: no refused address is ever handed to the connection.</summary>
    [Test]
    public void No_answer_of_a_resolver_leads_to_a_blocked_address() =>
        Gen
            .Byte.Array[4]
            .Array[1, 4]
            .Array[1, 4]
            .Sample(answers =>
            {
                int asked = 0;
                OutboundPolicy policy = new(
                    resolve: (_, _) => Task.FromResult(answers[asked++ % answers.Length].Select(a => new IPAddress(a)).ToArray())
                );
                for (int i = 0; i < answers.Length; i++)
                {
                    try
                    {
                        IPAddress[] given = policy.ResolveAsync("agent.example").GetAwaiter().GetResult();
                        if (given.Any(a => policy.Refusal(a) is not null))
                        {
                            return false;
                        }
                    }
                    catch (ResearchKitException e) when (e.Code == AgentErrors.OutboundBlocked)
                    {
                        // One private address spoils the answer.
                    }
                }
                return asked == answers.Length;
            });

    [Test]
    public async Task A_name_that_resolves_to_loopback_is_not_connected_to()
    {
        OutboundPolicy policy = new(resolve: (_, _) => Task.FromResult(new[] { IPAddress.Parse("93.184.216.34"), IPAddress.Loopback }));
        using HttpClient http = new(policy.CreateHandler());
        HttpRequestException? failure = null;
        try
        {
            await http.GetAsync(new Uri("https://rebinding.example/"));
        }
        catch (HttpRequestException e)
        {
            failure = e;
        }
        Assert.That(failure?.InnerException, Is.TypeOf<ResearchKitException>().With.Message.Contains("127.0.0.0/8"));
    }
}
