using System.Collections;

namespace ResearchKit.Graphs;

/// <summary>The edges of a graph, each once, u &lt; v, ascending by u, then v.</summary>
public readonly struct EdgeCollection : IReadOnlyCollection<(int U, int V)>
{
    private readonly Graph _graph;

    internal EdgeCollection(Graph graph) => _graph = graph;

    /// <summary>The number of edges.</summary>
    public int Count => _graph.EdgeCount;

    /// <summary>Walks over the edges without allocating.</summary>
    /// <returns>An enumerator at the start.</returns>
    public Enumerator GetEnumerator() => new(_graph);

    IEnumerator<(int U, int V)> IEnumerable<(int U, int V)>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Walks over the edges of a graph.</summary>
    public struct Enumerator : IEnumerator<(int U, int V)>
    {
        private readonly Graph _graph;
        private int _node;
        private int _next;
        private int _end;
        private int _neighbour;

        internal Enumerator(Graph graph)
        {
            _graph = graph;
            Reset();
        }

        /// <inheritdoc/>
        public readonly (int U, int V) Current => (_node, _neighbour);

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            while (_next >= _end)
            {
                if (_node + 1 >= _graph.NodeCount)
                    return false;
                _node++;
                _end = _graph.Offsets[_node + 1];
                _next = _graph.Offsets[_node] + _graph.FirstLargerNeighbour(_node);
            }

            _neighbour = _graph.NeighbourAt(_next++);
            return true;
        }

        /// <inheritdoc/>
        public void Reset()
        {
            _node = -1;
            _next = 0;
            _end = 0;
        }

        /// <inheritdoc/>
        public readonly void Dispose() { }
    }
}
