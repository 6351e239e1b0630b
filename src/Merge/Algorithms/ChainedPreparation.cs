namespace ResearchKit.Merge;

/// <summary>One preparation after another: an outer algorithm's, then that of the algorithm inside it.</summary>
internal sealed class ChainedPreparation : IPreparation
{
    private readonly IPreparation _outer;

    private ChainedPreparation(IPreparation outer, IPreparation? inner) => (_outer, Inner) = (outer, inner);

    /// <summary>What the inner algorithm gets when it merges.</summary>
    public IPreparation? Inner { get; }

    public static IPreparation Of(IPreparation outer, IPreparation? inner) => new ChainedPreparation(outer, inner);

    public void Apply(int task, Block block, int first, Span<float> values)
    {
        _outer.Apply(task, block, first, values);
        Inner?.Apply(task, block, first, values);
    }
}

/// <summary>Task vectors to which a preparation has been applied.</summary>
internal sealed class PreparedSource(ITaskVectorSource source, IPreparation preparation) : ITaskVectorSource
{
    public IReadOnlyList<string> Tasks => source.Tasks;

    public IReadOnlyList<Block> Blocks => source.Blocks;

    public void Read(int block, int first, IReadOnlyList<int> tasks, IReadOnlyList<Memory<float>> into, CancellationToken cancellationToken)
    {
        source.Read(block, first, tasks, into, cancellationToken);
        for (int i = 0; i < tasks.Count; i++)
        {
            preparation.Apply(tasks[i], source.Blocks[block], first, into[i].Span);
        }
    }

    public void ReadBase(int block, int first, Memory<float> into, CancellationToken cancellationToken) =>
        source.ReadBase(block, first, into, cancellationToken);
}
