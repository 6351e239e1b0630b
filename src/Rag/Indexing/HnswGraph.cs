namespace ResearchKit.Rag;

/// <summary>The links of a graph: fixed places on the lowest level, one array for the levels above of the few nodes that have them; chains of equal rows.</summary>
internal sealed class HnswGraph(int links)
{
    private const int None = -1;

    private readonly int _lowest = 2 * links + 1; // a count and the links
    private int[] _bottom = [];
    private int[]?[] _upper = [];
    private int[] _twins = [];
    private int[] _lastTwin = [];

    /// <summary>Where searches begin; -1 in an empty graph.</summary>
    public int Entry { get; private set; } = None;

    /// <summary>The highest level.</summary>
    public int TopLevel { get; private set; } = None;

    /// <summary>How many links a node may have on a level.</summary>
    public int MostLinks(int level) => level == 0 ? 2 * links : links;

    /// <summary>The links of a node.</summary>
    public ReadOnlySpan<int> Links(int node, int level)
    {
        (int[] all, int start) = level == 0 ? (_bottom, node * _lowest) : (_upper[node]!, (level - 1) * (links + 1));
        return all.AsSpan(start + 1, all[start]);
    }

    /// <summary>The next row with the same vector; -1 after the last.</summary>
    public int Twin(int row) => _twins[row] - 1;

    public void EnsureNode(int node)
    {
        if (node < _twins.Length)
        {
            return;
        }
        int size = Math.Max(node + 1, Math.Max(16, 2 * _twins.Length));
        Array.Resize(ref _bottom, checked(size * _lowest));
        Array.Resize(ref _upper, size);
        Array.Resize(ref _twins, size);
        Array.Resize(ref _lastTwin, size);
    }

    public void Add(int node, int level)
    {
        if (level > 0)
        {
            _upper[node] = new int[level * (links + 1)];
        }
        if (level > TopLevel)
        {
            (Entry, TopLevel) = (node, level);
        }
    }

    public void SetLinks(int node, int level, ReadOnlySpan<int> to)
    {
        (int[] all, int start) = level == 0 ? (_bottom, node * _lowest) : (_upper[node]!, (level - 1) * (links + 1));
        to.CopyTo(all.AsSpan(start + 1));
        all[start] = to.Length;
    }

    public void AddTwin(int row, int of)
    {
        int last = _lastTwin[of] > 0 ? _lastTwin[of] - 1 : of;
        _twins[last] = row + 1;
        _lastTwin[of] = row + 1;
    }

    /// <summary>All of it as whole numbers, for a file.</summary>
    public void Write(int nodes, Action<int> write)
    {
        write(Entry);
        write(TopLevel);
        for (int node = 0; node < nodes; node++)
        {
            int levels = (_upper[node]?.Length ?? 0) / (links + 1);
            write(levels);
            write(_twins[node]);
            write(_lastTwin[node]);
            for (int level = 0; level <= levels; level++)
            {
                ReadOnlySpan<int> to = Links(node, level);
                write(to.Length);
                foreach (int link in to)
                {
                    write(link);
                }
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">A number is impossible.</exception>
    public static HnswGraph Read(int links, int nodes, Func<int> read)
    {
        HnswGraph graph = new(links) { Entry = Ranged(read(), None, nodes - 1, "entry"), TopLevel = Ranged(read(), None, 30, "level") };
        if (nodes > 0)
        {
            graph.EnsureNode(nodes - 1);
        }
        Span<int> to = stackalloc int[2 * links];
        for (int node = 0; node < nodes; node++)
        {
            int levels = Ranged(read(), 0, 30, "level");
            graph._upper[node] = levels > 0 ? new int[levels * (links + 1)] : null;
            graph._twins[node] = Ranged(read(), 0, nodes, "equal row");
            graph._lastTwin[node] = Ranged(read(), 0, nodes, "equal row");
            for (int level = 0; level <= levels; level++)
            {
                int count = Ranged(read(), 0, graph.MostLinks(level), "number of links");
                for (int i = 0; i < count; i++)
                {
                    to[i] = Ranged(read(), 0, nodes - 1, "link");
                }
                graph.SetLinks(node, level, to[..count]);
            }
        }
        return graph;
    }

    private static int Ranged(int value, int low, int high, string what) =>
        value >= low && value <= high ? value : throw new InvalidDataException($"The {what} {value} is not in [{low}, {high}].");
}
