namespace ResearchKit.Merge;

/// <summary>Takes merges one after the other, and keeps groups and the exact size.</summary>
internal sealed class PlanBuilder
{
    private readonly BlockDivision _division;
    private readonly SizeAccounting _accounting;
    private readonly SortedList<int, int[]>[] _groups;
    private readonly long[] _blockBits;
    private readonly List<MergeStep> _steps = [];
    private Int128 _bits;

    public PlanBuilder(int tasks, BlockDivision division, SizeAccounting accounting)
    {
        (_division, _accounting) = (division, accounting);
        _groups =
        [
            .. division.Blocks.Select(_ => new SortedList<int, int[]>(
                Enumerable.Range(0, tasks).ToDictionary(task => task, task => new[] { task })
            )),
        ];
        _blockBits = new long[division.Blocks.Count];
        _bits = (Int128)division.KeptLength * tasks * accounting.ParameterBits;
        for (int block = 0; block < _blockBits.Length; block++)
        {
            _blockBits[block] = accounting.BitsPerParameter(Enumerable.Repeat(1, tasks));
            _bits += (Int128)_blockBits[block] * division.Blocks[block].Length;
        }
    }

    public IReadOnlyList<MergeStep> Steps => _steps;

    /// <summary>The names of a block's groups: their smallest members, ascending.</summary>
    public IReadOnlyList<int> GroupNames(int block) => [.. _groups[block].Keys];

    public void Add(int block, PairMerge pair)
    {
        SortedList<int, int[]> groups = _groups[block];
        (int[] a, int[] b) = (groups[pair.A], groups[pair.B]);
        groups.Remove(pair.B);
        groups[pair.A] = [.. a.Concat(b).Order()];
        long bits = _accounting.BitsPerParameter(groups.Values.Select(group => group.Length));
        _bits += (Int128)(bits - _blockBits[block]) * _division.Blocks[block].Length;
        _blockBits[block] = bits;
        double size = (double)_bits / ((double)_division.Length * _accounting.ParameterBits);
        _steps.Add(new MergeStep(_steps.Count, _division.Blocks[block].Name, a, b, pair.Similarity, size));
    }
}
