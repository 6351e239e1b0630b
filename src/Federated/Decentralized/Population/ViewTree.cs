using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// The storage of views: a tree of 64 children a branch over leaves of 64 nodes. Trees share what is equal, a missing branch is nobody known, and a part may be written in place only by the view
/// whose token it bears. So a snapshot costs nothing, a merge touches only what differs, and a million views of a million nodes fit into memory.
/// </summary>
internal static class ViewTree
{
    internal const int Bits = 6;
    internal const int Width = 1 << Bits;
    internal const int Unseen = int.MinValue; // the round of a node that is not known

    [InlineArray(Width)]
    internal struct Ints
    {
        private int _first;
    }

    [InlineArray(Width)]
    private struct Parts
    {
        private Part? _first;
    }

    internal abstract class Part(long owner)
    {
        public long Owner = owner;
    }

    /// <summary>Rounds and stamps of 64 nodes. A stamp is 0 for a node that is not known, else twice the counter plus 2, plus 1 if the node has left.</summary>
    internal sealed class Leaf : Part
    {
        private Ints _rounds;
        private Ints _stamps;

        public Leaf(long owner)
            : base(owner) => Rounds.Fill(Unseen);

        public Leaf(long owner, Leaf from)
            : base(owner) => (_rounds, _stamps) = (from._rounds, from._stamps);

        public Span<int> Rounds => MemoryMarshal.CreateSpan(ref Unsafe.As<Ints, int>(ref _rounds), Width);

        public Span<int> Stamps => MemoryMarshal.CreateSpan(ref Unsafe.As<Ints, int>(ref _stamps), Width);
    }

    internal sealed class Branch : Part
    {
        private Parts _children;

        public Branch(long owner)
            : base(owner) { }

        public Branch(long owner, Branch from)
            : base(owner) => _children = from._children;

        public Span<Part?> Children => MemoryMarshal.CreateSpan(ref Unsafe.As<Parts, Part?>(ref _children), Width);
    }

    /// <summary>The leaf of a node, or null.</summary>
    internal static Leaf? Find(Part? root, int height, int node)
    {
        for (int level = height; root is not null && level > 0; level--)
        {
            root = Unsafe.As<Branch>(root).Children[(node >> (level * Bits)) & (Width - 1)];
        }

        return root is null ? null : Unsafe.As<Leaf>(root);
    }

    /// <summary>The leaf of a node, for writing: copied unless the view owns it.</summary>
    internal static Leaf Write(ref Part? root, int height, int node, long owner)
    {
        ref Part? place = ref root;
        for (int level = height; level > 0; level--)
        {
            if (place is null)
            {
                place = new Branch(owner);
            }
            else if (place.Owner != owner)
            {
                place = new Branch(owner, Unsafe.As<Branch>(place));
            }

            place = ref Unsafe.As<Branch>(place).Children[(node >> (level * Bits)) & (Width - 1)];
        }

        if (place is null)
        {
            place = new Leaf(owner);
        }
        else if (place.Owner != owner)
        {
            place = new Leaf(owner, Unsafe.As<Leaf>(place));
        }

        return Unsafe.As<Leaf>(place);
    }

    /// <summary>Merges another tree of the same height, which is frozen. What turns out equal to either side is shared with it.</summary>
    internal static Part? Merge(Part? mine, Part? theirs, int height, long owner)
    {
        if (ReferenceEquals(mine, theirs) || theirs is null)
        {
            return mine;
        }

        if (mine is null)
        {
            return theirs;
        }

        return height == 0
            ? Merge(Unsafe.As<Leaf>(mine), Unsafe.As<Leaf>(theirs), owner)
            : Merge(Unsafe.As<Branch>(mine), Unsafe.As<Branch>(theirs), height, owner);
    }

    private static Branch Merge(Branch mine, Branch theirs, int height, long owner)
    {
        Span<Part?> to = mine.Children;
        Span<Part?> from = theirs.Children;
        bool isTheirs = true;
        Branch result = mine;
        for (int i = 0; i < Width; i++)
        {
            if (ReferenceEquals(to[i], from[i]))
            {
                continue;
            }

            Part? child = Merge(to[i], from[i], height - 1, owner);
            isTheirs &= ReferenceEquals(child, from[i]);
            if (!ReferenceEquals(child, to[i]))
            {
                if (result.Owner != owner)
                {
                    result = new Branch(owner, mine);
                    to = result.Children;
                }

                to[i] = child;
            }
        }

        return isTheirs ? theirs : result;
    }

    private static Leaf Merge(Leaf mine, Leaf theirs, long owner)
    {
        Ints rounds = default;
        Ints stamps = default;
        ref int r = ref Unsafe.As<Ints, int>(ref rounds);
        ref int s = ref Unsafe.As<Ints, int>(ref stamps);
        ref int myRounds = ref MemoryMarshal.GetReference(mine.Rounds);
        ref int myStamps = ref MemoryMarshal.GetReference(mine.Stamps);
        ref int theirRounds = ref MemoryMarshal.GetReference(theirs.Rounds);
        ref int theirStamps = ref MemoryMarshal.GetReference(theirs.Stamps);
        Vector256<int> differsFromMine = default;
        Vector256<int> differsFromTheirs = default;
        for (nuint i = 0; i < Width; i += (nuint)Vector256<int>.Count)
        {
            Vector256<int> rm = Vector256.LoadUnsafe(ref myRounds, i);
            Vector256<int> rt = Vector256.LoadUnsafe(ref theirRounds, i);
            Vector256<int> sm = Vector256.LoadUnsafe(ref myStamps, i);
            Vector256<int> st = Vector256.LoadUnsafe(ref theirStamps, i);
            Vector256<int> round = Vector256.Max(rm, rt);
            // Of equal counters mine wins, whatever the states.
            Vector256<int> later = Vector256.GreaterThan(st >>> 1, sm >>> 1);
            Vector256<int> stamp = Vector256.ConditionalSelect(later, st, sm);
            differsFromMine |= (round ^ rm) | (stamp ^ sm);
            differsFromTheirs |= (round ^ rt) | (stamp ^ st);
            round.StoreUnsafe(ref r, i);
            stamp.StoreUnsafe(ref s, i);
        }

        if (differsFromMine == Vector256<int>.Zero)
        {
            return mine;
        }

        if (differsFromTheirs == Vector256<int>.Zero)
        {
            return theirs;
        }

        Leaf result = mine.Owner == owner ? mine : new Leaf(owner);
        MemoryMarshal.CreateSpan(ref r, Width).CopyTo(result.Rounds);
        MemoryMarshal.CreateSpan(ref s, Width).CopyTo(result.Stamps);
        return result;
    }
}
