namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// D-PSGD (Lian et al., arXiv:1705.09056) without rounds of fixed length: a node averages when it has trained and has the models of all who send to it, and goes on while others lag; synchronously, all wait for all.
/// </summary>
/// <param name="topology">Who sends to whom; made when a run begins.</param>
/// <param name="name">Its name in tables.</param>
public sealed class BarrierDPsgd(Func<SimulationKernel, ITopology> topology, string name = "d-psgd-barrier") : IDecentralizedAlgorithm
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool HasGlobalModel => false;

    /// <summary>Whether all nodes begin a round together.</summary>
    public bool IsSynchronous { get; init; }

    /// <summary>After how many rounds a node stops; null: never.</summary>
    public int? Rounds { get; init; }

    /// <inheritdoc/>
    public AlgorithmRun Begin(SimulationKernel kernel) => new BarrierRun(this, topology(kernel), kernel);

    private sealed class BarrierRun(BarrierDPsgd algorithm, ITopology topology, SimulationKernel kernel) : LocalModelsRun(kernel)
    {
        private readonly int[] _round = new int[kernel.Nodes];
        private readonly object?[] _trained = new object?[kernel.Nodes];
        private readonly bool[] _hasTrained = new bool[kernel.Nodes];
        private readonly Dictionary<int, List<int>[]> _senders = [];
        private readonly bool[] _isDone = new bool[kernel.Nodes];
        private readonly List<(int From, int Round, object? Model)>[] _have =
        [
            .. Enumerable.Range(0, kernel.Nodes).Select(_ => new List<(int, int, object?)>()),
        ];

        protected override void Begin()
        {
            for (int node = 0; node < Kernel.Nodes; node++)
            {
                if (Kernel.IsOnline(node))
                {
                    BeginRound(node);
                }
            }
        }

        protected override void Due(int node, TimerTag timer) { }

        public override void OnTrained(int node, int round, object? model)
        {
            Kernel.Note("finish_train", node, round);
            (_trained[node], _hasTrained[node]) = (model, true);
            PlexusMessage message = new(PlexusMessageKind.TrainedModel, round, Model: model);
            foreach (int to in topology.Receivers(node, round))
            {
                if (Kernel.IsOnline(to))
                {
                    Kernel.SendModel(node, to, message);
                }
            }

            TryAverage(node);
        }

        public override void OnSent(in PlexusMessage message, in EndedTransfer transfer)
        {
            if (transfer.IsWhole)
            {
                _have[transfer.To].Add((transfer.From, message.Round, message.Model));
                TryAverage(transfer.To);
            }
        }

        public override void OnOnline(int node)
        {
            // It takes part from the round on that the others are in.
            _round[node] = Math.Max(
                0,
                Enumerable.Range(0, Kernel.Nodes).Where(n => n != node && Kernel.IsOnline(n)).Select(n => _round[n]).DefaultIfEmpty(1).Min()
                    - 1
            );
            BeginRound(node);
        }

        public override void OnOffline(int node, bool isGraceful)
        {
            base.OnOffline(node, isGraceful);
            (_hasTrained[node], _isDone[node]) = (false, true);
            // Who waits for it need not any more, once the kernel has it offline.
            for (int other = 0; other < Kernel.Nodes; other++)
            {
                if (other != node && Kernel.IsOnline(other) && _hasTrained[other])
                {
                    TryAverage(other, gone: node);
                }
            }
        }

        private void TryAverage(int node, int gone = -1)
        {
            int round = _round[node];
            if (
                !_hasTrained[node]
                || _isDone[node]
                || !Senders(node, round).All(from => from == gone || !Kernel.IsOnline(from) || Has(node, from, round))
            )
            {
                return;
            }

            (int From, int Round, object? Model)[] have = [.. _have[node].Where(h => h.Round == round)];
            _have[node].RemoveAll(h => h.Round <= round);
            Models[node] = Mean([.. have.Select(h => h.Model), _trained[node]]);
            Kernel.Averaged(node, round, [.. have.Select(h => h.From), node], Models[node]);
            _hasTrained[node] = false;
            _isDone[node] = true;
            if (algorithm.IsSynchronous)
            {
                if (Enumerable.Range(0, Kernel.Nodes).All(n => !Kernel.IsOnline(n) || n == gone || _isDone[n]))
                {
                    Kernel.RoundClosed(-1, round, Kernel.OnlineCount);
                    for (int other = 0; other < Kernel.Nodes; other++)
                    {
                        if (Kernel.IsOnline(other) && other != gone)
                        {
                            BeginRound(other);
                        }
                    }
                }
            }
            else
            {
                BeginRound(node);
            }
        }

        private bool Has(int node, int from, int round)
        {
            foreach ((int sender, int of, _) in _have[node])
            {
                if (sender == from && of == round)
                {
                    return true;
                }
            }

            return false;
        }

        private List<int> Senders(int node, int round)
        {
            if (!_senders.TryGetValue(round, out List<int>[]? senders))
            {
                _senders[round] = senders = [.. Enumerable.Range(0, Kernel.Nodes).Select(_ => new List<int>())];
                for (int from = 0; from < Kernel.Nodes; from++)
                {
                    foreach (int to in topology.Receivers(from, round))
                    {
                        senders[to].Add(from);
                    }
                }

                int oldest = _round.Min();
                foreach (int old in _senders.Keys.Where(r => r < oldest).ToArray())
                {
                    _senders.Remove(old);
                }
            }

            return senders[node];
        }

        private void BeginRound(int node)
        {
            if (_round[node] < (algorithm.Rounds ?? int.MaxValue))
            {
                _isDone[node] = false;
                Kernel.Train(node, ++_round[node], Models[node]);
            }
        }
    }
}
