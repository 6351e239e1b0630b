using System.Text.Json;
using ResearchKit.Goldens;

namespace ResearchKit.Moe.Tests;

public class WorkOrderTests
{
    [Test]
    public void The_order_is_that_of_the_authors_program()
    {
        using JsonDocument golden = GoldenFiles.Json("moe", "work_order.json");
        foreach (JsonElement c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            IReadOnlyList<ExpertWork> order = WorkOrder.Asynchronous(Ints(c.GetProperty("residentBySlot")), Ints(c.GetProperty("tokens")));
            string which = $"case {c.GetProperty("id")}";
            Assert.That(order.Select(w => w.Expert), Is.EqualTo(Ints(c.GetProperty("order"))), which);
            Assert.That(order.Select(w => w.Slot), Is.EqualTo(Ints(c.GetProperty("slots"))), which);
            Assert.That(order.Where(w => w.IsFetched).Select(w => w.Expert), Is.EqualTo(Ints(c.GetProperty("fetch"))), which);
        }
    }

    [Test]
    public void Two_slots_take_turns_and_the_other_residents_come_last()
    {
        // By hand: residents 2 (9 tokens), 0 (5), 1 (3); 4 and 6 are fetched into the slots of 2 and 0.
        IReadOnlyList<ExpertWork> order = WorkOrder.Asynchronous([0, 1, 2], [5, 3, 9, 0, 1, 0, 7]);
        Assert.That(
            order,
            Is.EqualTo(new ExpertWork[] { new(2, 2, false), new(0, 0, false), new(4, 2, true), new(6, 0, true), new(1, 1, false) })
        );
        Assert.That(() => WorkOrder.Asynchronous([], [1]), Throws.ArgumentException);
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetInt32())];
}
