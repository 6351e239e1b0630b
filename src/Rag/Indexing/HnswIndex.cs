using System.Collections.Concurrent;
using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Rag;

/// <summary>
/// Approximate search in a hierarchical navigable small-world graph (Malkov and Yashunin, arXiv:1603.09320): greedy descent through sparse levels, then a search with
/// a list of candidates on the lowest, which holds all. Links are chosen by their heuristic (Algorithm 4), rejected candidates fill what is left.
/// </summary>
/// <remarks>
/// Equal vectors are one node with a chain of rows: a hundred copies cannot wall off a region of the graph. Where the graph finds fewer than asked for (a narrow
/// filter, many removals), every row is compared, so that the number of results never depends on the graph.
/// </remarks>
public sealed unsafe class HnswIndex : VectorIndex
{
    private readonly HnswGraph _graph;
    private readonly RandomStream _levels;
    private readonly ConcurrentBag<HnswSearch> _searches = [];
    private readonly HnswSearch _builder = new();
    private int _searchCandidates;

    /// <summary>An empty index.</summary>
    /// <param name="dimension">The length of a vector, at least 1.</param>
    /// <param name="metric">How near two vectors are.</param>
    /// <param name="options">The shape; null for the defaults.</param>
    public HnswIndex(int dimension, VectorMetric metric = VectorMetric.Euclidean, HnswOptions? options = null)
        : this(new VectorRows(dimension), metric, options ?? new HnswOptions(), null) { }

    private HnswIndex(VectorRows rows, VectorMetric metric, HnswOptions options, HnswGraph? graph)
        : base(rows.Dimension, metric, rows)
    {
        Options = options;
        _graph = graph ?? new HnswGraph(options.Links);
        _levels = RandomStream.Named("hnsw", options.Seed.ToString(CultureInfo.InvariantCulture), "levels");
        _searchCandidates = options.SearchCandidates;
    }

    /// <inheritdoc/>
    public override string Name => "hnsw";

    /// <summary>The shape.</summary>
    public HnswOptions Options { get; }

    /// <summary>efSearch, which may be changed between searches: more candidates, better recall, slower.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int SearchCandidates
    {
        get => _searchCandidates;
        set => _searchCandidates = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1.");
    }

    internal HnswGraph Graph => _graph;

    internal static HnswIndex Of(VectorRows rows, VectorMetric metric, HnswOptions options, HnswGraph graph, string[] ids, bool[] removed)
    {
        HnswIndex index = new(rows, metric, options, graph);
        index.Adopt(ids, removed);
        // The next row draws the number it would have drawn without the pause.
        index._levels.Position = 2UL * (ulong)ids.Length;
        return index;
    }

    private protected override int Find(float* query, Span<Neighbor> to, Func<string, bool>? filter)
    {
        TopNeighbors top = new(to);
        if (_graph.Entry >= 0)
        {
            if (!_searches.TryTake(out HnswSearch? search))
            {
                search = new HnswSearch();
            }
            search.Reset(RowCount);
            int entry = Descend(query, 0, search);
            SearchLevel(query, entry, 0, Math.Max(_searchCandidates, to.Length), search);
            search.SortResults();
            bool all = filter is null && !HasRemoved;
            foreach (Neighbor node in search.Results)
            {
                for (int row = node.Row; row >= 0 && node.Distance <= top.Limit; row = _graph.Twin(row))
                {
                    if (all || Allows(row, filter))
                    {
                        top.Offer(row, node.Distance);
                    }
                    else if (top.Count == to.Length)
                    {
                        break;
                    }
                }
            }
            _searches.Add(search);
        }
        return top.Count == to.Length || top.Count == RowCount ? top.Sort() : Scan(query, to, filter);
    }

    private int Scan(float* query, Span<Neighbor> to, Func<string, bool>? filter)
    {
        TopNeighbors top = new(to);
        for (int row = 0; row < RowCount; row++)
        {
            if (Allows(row, filter))
            {
                top.Offer(row, Distance(query, row, top.Limit));
            }
        }
        return top.Sort();
    }

    private protected override void Link(int row, Action publish)
    {
        int level = (int)Math.Min(30, -Math.Log(_levels.NextDoubleOpen()) / Math.Log(Options.Links));
        float* vector = Rows.Row(row);
        HnswSearch search = _builder;
        search.Reset(row);
        search.Pending.Clear();
        if (_graph.Entry < 0)
        {
            EnterWrite(() =>
            {
                _graph.Add(row, level);
                publish();
            });
            return;
        }
        int entry = Descend(vector, level, search);
        for (int l = Math.Min(level, _graph.TopLevel); l >= 0; l--)
        {
            search.NextVisit();
            SearchLevel(vector, entry, l, Options.ConstructionCandidates, search);
            search.SortResults();
            if (search.Results.Length > 0 && search.Results[0].Distance is <= 0 && IsTwin(row, search.Results[0].Row))
            {
                int twin = search.Results[0].Row;
                EnterWrite(() =>
                {
                    _graph.AddTwin(row, twin);
                    publish();
                });
                return;
            }
            entry = search.Results[0].Row;
            PlanLinks(row, l, search);
        }
        EnterWrite(() =>
        {
            _graph.Add(row, level);
            foreach ((int node, int l, int[] links) in search.Pending)
            {
                _graph.SetLinks(node, l, links);
            }
            publish();
        });
    }

    private bool IsTwin(int a, int b) => Rows.Vector(a).SequenceEqual(Rows.Vector(b));

    // Under inner product the nearest is not the same vector, and the distance of equal ones is not 0: they stay nodes of their own.
    private void PlanLinks(int row, int level, HnswSearch search)
    {
        int[] own = Choose(search.Results, Options.Links);
        search.Pending.Add((row, level, own));
        int most = _graph.MostLinks(level);
        foreach (int other in own)
        {
            ReadOnlySpan<int> links = _graph.Links(other, level);
            if (links.Length < most)
            {
                search.Pending.Add((other, level, [.. links, row]));
                continue;
            }
            float* vector = Rows.Row(other);
            Neighbor[] candidates = new Neighbor[links.Length + 1];
            for (int i = 0; i < links.Length; i++)
            {
                candidates[i] = new Neighbor(links[i], Distance(vector, links[i]));
            }
            candidates[^1] = new Neighbor(row, Distance(vector, row));
            candidates.AsSpan().Sort(HnswSearch.Nearest);
            search.Pending.Add((other, level, Choose(candidates, most)));
        }
    }

    // A candidate is taken if it is nearer to the node than to each one taken before: links then point in different directions.
    private int[] Choose(ReadOnlySpan<Neighbor> nearestFirst, int most)
    {
        int[] chosen = new int[Math.Min(most, nearestFirst.Length)];
        if (nearestFirst.Length <= most)
        {
            for (int i = 0; i < chosen.Length; i++)
            {
                chosen[i] = nearestFirst[i].Row;
            }
            return chosen;
        }
        Span<int> rejected = nearestFirst.Length <= 1024 ? stackalloc int[nearestFirst.Length] : new int[nearestFirst.Length];
        int count = 0;
        int rejections = 0;
        for (int i = 0; i < nearestFirst.Length && count < most; i++)
        {
            Neighbor candidate = nearestFirst[i];
            float* vector = Rows.Row(candidate.Row);
            bool diverse = true;
            for (int j = 0; j < count && diverse; j++)
            {
                diverse = Distance(vector, chosen[j], candidate.Distance) > candidate.Distance;
            }
            if (diverse)
            {
                chosen[count++] = candidate.Row;
            }
            else
            {
                rejected[rejections++] = candidate.Row;
            }
        }
        for (int i = 0; count < most; i++)
        {
            chosen[count++] = rejected[i];
        }
        return chosen;
    }

    private int Descend(float* query, int toLevel, HnswSearch search)
    {
        int node = _graph.Entry;
        float distance = Distance(query, node);
        for (int level = _graph.TopLevel; level > toLevel; level--)
        {
            for (bool nearer = true; nearer; )
            {
                nearer = false;
                foreach (int link in _graph.Links(node, level))
                {
                    float d = Distance(query, link, distance);
                    if (d < distance)
                    {
                        (node, distance, nearer) = (link, d, true);
                    }
                }
            }
        }
        return node;
    }

    private void SearchLevel(float* query, int entry, int level, int size, HnswSearch search)
    {
        search.Start(entry, Distance(query, entry), size);
        while (search.TryTakeNearest(out Neighbor nearest))
        {
            ReadOnlySpan<int> links = _graph.Links(nearest.Row, level);
            for (int i = 0; i < links.Length; i++)
            {
                if (i + 1 < links.Length)
                {
                    VectorKernel.Prefetch(Rows.Row(links[i + 1]));
                }
                if (search.Visit(links[i]))
                {
                    search.Offer(links[i], Distance(query, links[i], search.Limit));
                }
            }
        }
    }

    private protected override void EnsureRow(int row)
    {
        base.EnsureRow(row);
        _graph.EnsureNode(row);
    }
}
