namespace ResearchKit.Moe;

/// <summary>The copies of experts on consecutive slots of the ranks.</summary>
public sealed class ReplicaTable
{
    internal ReplicaTable(int experts, int[] expertOfSlot, int[] copyOfSlot)
    {
        (Experts, ExpertOfSlot) = (experts, expertOfSlot);
        int[] counts = new int[experts];
        foreach (int expert in expertOfSlot)
        {
            counts[expert]++;
        }

        Copies = counts;
        int[][] slots = [.. counts.Select(static count => new int[count])];
        for (int slot = 0; slot < expertOfSlot.Length; slot++)
        {
            slots[expertOfSlot[slot]][copyOfSlot[slot]] = slot;
        }

        SlotsOfExpert = slots;
    }

    /// <summary>E.</summary>
    public int Experts { get; }

    /// <summary>The expert in each slot; the first slots are those of rank 0.</summary>
    public IReadOnlyList<int> ExpertOfSlot { get; }

    /// <summary>The slots of each expert, in the order in which its copies were made.</summary>
    public IReadOnlyList<IReadOnlyList<int>> SlotsOfExpert { get; }

    /// <summary>The number of copies of each expert.</summary>
    public IReadOnlyList<int> Copies { get; }

    /// <summary>The table as a placement; two copies on one rank are one.</summary>
    /// <param name="ranks">G; a divisor of the number of slots.</param>
    public ExpertPlacement ToPlacement(int ranks) =>
        ExpertPlacement.OfReplicas(
            [.. ExpertOfSlot.Chunk(ExpertOfSlot.Count / ranks).Select(static slots => (IReadOnlyList<int>)slots)],
            Experts
        );
}
