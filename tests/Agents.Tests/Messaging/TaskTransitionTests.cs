using System.Text.Json;
using ResearchKit.Goldens;

namespace ResearchKit.Agents.Tests.Messaging;

public class TaskTransitionTests
{
    [Test]
    public void The_64_pairs_are_the_golden_ones()
    {
        using JsonDocument golden = GoldenFiles.Json("agents", "task-transitions.json");
        List<string> wrong = [];
        int cases = 0;
        int allowed = 0;
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            TaskState source = State(c.GetProperty("source"));
            TaskState target = State(c.GetProperty("target"));
            bool expected = c.GetProperty("allowed").GetBoolean();
            if (TaskTransitions.Allows(source, target) != expected)
            {
                wrong.Add($"{source} -> {target}: {expected}");
            }
            cases++;
            allowed += expected ? 1 : 0;
        }
        Assert.That(wrong, Is.Empty);
        Assert.That(cases, Is.EqualTo(64));
        Assert.That(allowed, Is.EqualTo(26));
    }

    private static TaskState State(JsonElement element) => element.Deserialize<TaskState>();
}
