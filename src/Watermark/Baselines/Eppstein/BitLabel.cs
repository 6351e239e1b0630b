using System.Numerics;

namespace ResearchKit.Watermark;

/// <summary>The adjacencies of a node to the high nodes, one bit each; compared as a text of 0s and 1s from the first high node on.</summary>
internal readonly struct BitLabel(ulong[] words) : IEquatable<BitLabel>, IComparable<BitLabel>
{
    private readonly ulong[] words = words;

    /// <summary>The number of bits that differ.</summary>
    public int DistanceTo(BitLabel other)
    {
        int distance = 0;
        for (int i = 0; i < words.Length; i++)
        {
            distance += BitOperations.PopCount(words[i] ^ other.words[i]);
        }
        return distance;
    }

    public bool this[int index] => (words[index / 64] >> (63 - (index % 64)) & 1) != 0;

    public int CompareTo(BitLabel other) => words.AsSpan().SequenceCompareTo(other.words);

    public bool Equals(BitLabel other) => words.AsSpan().SequenceEqual(other.words);

    public override bool Equals(object? obj) => obj is BitLabel other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = new();
        foreach (ulong word in words)
        {
            hash.Add(word);
        }
        return hash.ToHashCode();
    }
}
