using Microsoft.Agents.AI;
using ResearchKit.Agents.Bridges;
using ResearchKit.Agents.Tests.Hosting;

namespace ResearchKit.Agents.Tests.Bridges;

public class AgentFrameworkTests
{
    [Test]
    public async Task An_agent_goes_into_the_framework_and_out_again()
    {
        await using AgentApp app = await AgentApp.StartAsync(AgentApp.Chunks(3));
        using AgentClient client = AgentApp.Client();
        AIAgent agent = AgentFramework.AsAIAgent(client, app.Agent);
        Assert.That((await agent.RunAsync("go", cancellationToken: AgentApp.Limit())).Text, Is.EqualTo("0;1;2;"));
        await using AgentApp over = await AgentApp.StartAsync(AgentFramework.AsHandler(agent).HandleAsync);
        Assert.That((await client.SendAsync(over.Agent, "go", AgentApp.Limit())).Text, Is.EqualTo("0;1;2;"));
    }
}
