using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// D-PSGD (Lian et al., arXiv:1705.09056) as it is compared with Plexus: rounds of fixed length. In each round every node trains and sends to its receivers; at the end transfers under way are cut off, and every node averages what
/// it has with equal weights. With the topologies of Epidemic Learning (arXiv:2310.01972) it is that.
/// </summary>
public sealed class DPsgd : IDecentralizedAlgorithm
{
    /// <summary>D-PSGD over a topology.</summary>
    /// <param name="topology">Who sends to whom; made when a run begins, from the number of nodes and the run's own randomness.</param>
    /// <param name="name">Its name in tables.</param>
    /// <param name="round">The length of a round; 60 s by default, as in the published commands.</param>
    public DPsgd(Func<SimulationKernel, ITopology> topology, string name = "d-psgd", TimeSpan? round = null)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (round <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(round), round, "The length of a round is positive.");
        }

        (Topology, Name, Round) = (topology, name, round ?? TimeSpan.FromSeconds(60));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool HasGlobalModel => false;

    /// <summary>The length of a round.</summary>
    public TimeSpan Round { get; }

    /// <summary>Makes the topology of a run.</summary>
    public Func<SimulationKernel, ITopology> Topology { get; }

    /// <inheritdoc/>
    public AlgorithmRun Begin(SimulationKernel kernel) => new RoundsRun(this, kernel);

    private sealed class RoundsRun(DPsgd algorithm, SimulationKernel kernel) : LocalModelsRun(kernel)
    {
        private readonly ITopology _topology = algorithm.Topology(kernel);
        private readonly List<(int From, object? Model)>[] _have =
        [
            .. Enumerable.Range(0, kernel.Nodes).Select(_ => new List<(int, object?)>()),
        ];

        private int _round;

        protected override int CurrentRound => _round;

        protected override void Begin() => BeginRound();

        protected override void Due(int node, TimerTag timer)
        {
            Kernel.KillTransfers();
            for (int i = 0; i < Kernel.Nodes; i++)
            {
                Kernel.CancelTraining(i);
                Average(i);
            }

            Kernel.RoundClosed(-1, _round, Kernel.OnlineCount);
            BeginRound();
        }

        public override void OnTrained(int node, int round, object? model)
        {
            _have[node].Add((node, model));
            PlexusMessage message = new(PlexusMessageKind.TrainedModel, round, Model: model);
            foreach (int to in _topology.Receivers(node, round))
            {
                if (Kernel.IsOnline(to))
                {
                    Kernel.SendModel(node, to, message);
                }
            }
        }

        public override void OnSent(in PlexusMessage message, in EndedTransfer transfer)
        {
            if (transfer.IsWhole && message.Round == _round)
            {
                _have[transfer.To].Add((transfer.From, message.Model));
            }
        }

        private void Average(int node)
        {
            List<(int From, object? Model)> have = _have[node];
            if (have.Count > 0 && Kernel.IsOnline(node))
            {
                Models[node] = Mean([.. have.Select(h => h.Model)]);
                Kernel.Averaged(node, _round, [.. have.Select(h => h.From)], Models[node]);
            }

            have.Clear();
        }

        private void BeginRound()
        {
            _round++;
            for (int node = 0; node < Kernel.Nodes; node++)
            {
                if (Kernel.IsOnline(node))
                {
                    Kernel.Train(node, _round, Models[node]);
                }
            }

            Kernel.SetTimer(0, VirtualTime.FromTimeSpan(algorithm.Round), default);
        }
    }
}
