namespace ResearchKit.Agents.Discovery;

/// <summary>The agents of one word, ascending, in blocks of 128 that know their largest weight: a block that cannot matter is passed over unread.</summary>
internal sealed class CapabilityPostings
{
    internal const int BlockSize = 128;

    internal CapabilityPostings(int[] documents, ushort[] counts, int[] lengths, double average)
    {
        (Documents, Counts) = (documents, counts);
        BlockMost = new double[(documents.Length + BlockSize - 1) / BlockSize];
        for (int i = 0; i < documents.Length; i++)
        {
            ref double most = ref BlockMost[i / BlockSize];
            most = Math.Max(most, CapabilityIndex.Weight(counts[i], lengths[documents[i]], average));
        }
        Most = BlockMost.Length == 0 ? 0 : BlockMost.Max();
    }

    internal int[] Documents { get; }

    internal ushort[] Counts { get; }

    /// <summary>The largest weight of each block, before the word's rarity.</summary>
    internal double[] BlockMost { get; }

    internal double Most { get; }
}
