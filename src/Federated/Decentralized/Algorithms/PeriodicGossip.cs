using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Gossip learning with a fixed period, as the event simulator of decentralised learning has it: every node trains first, then sends in every period. Of models that come during a training the last one is kept; when the
/// training is done it is averaged by age, and trained.
/// </summary>
/// <param name="period">The period; 60 s by default.</param>
/// <param name="name">Its name in tables.</param>
public sealed class PeriodicGossip(TimeSpan? period = null, string name = "gossip-periodic") : IDecentralizedAlgorithm
{
    private readonly VirtualTime _period =
        period is null || period > TimeSpan.Zero
            ? VirtualTime.FromTimeSpan(period ?? TimeSpan.FromSeconds(60))
            : throw new ArgumentOutOfRangeException(nameof(period), period, "The period is positive.");

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool HasGlobalModel => false;

    /// <summary>To whom a node sends, by the number of the send over all nodes, from 1, and the node; null: a random other one that is online.</summary>
    public Func<int, int, int>? PeerRule { get; init; }

    /// <summary>When every node sends first; null: drawn from one to two periods.</summary>
    public VirtualTime? FirstSend { get; init; }

    /// <inheritdoc/>
    public AlgorithmRun Begin(SimulationKernel kernel) => new GossipRun(this, kernel);

    private sealed class GossipRun(PeriodicGossip algorithm, SimulationKernel kernel) : LocalModelsRun(kernel)
    {
        private readonly int[] _ages = new int[kernel.Nodes];
        private readonly bool[] _hasModel = new bool[kernel.Nodes];
        private readonly (int From, PlexusMessage Message)?[] _slot = new (int, PlexusMessage)?[kernel.Nodes];
        private readonly RandomStream _random = kernel.Random("gossip");
        private int _sends;

        protected override void Begin()
        {
            for (int node = 0; node < Kernel.Nodes; node++)
            {
                if (Kernel.IsOnline(node))
                {
                    Train(node);
                }

                VirtualTime first =
                    algorithm.FirstSend
                    ?? algorithm._period + Kernel.Options.Granularity.FromSeconds(_random.NextDouble() * algorithm._period.Seconds);
                Kernel.SetTimer(node, first, default);
            }
        }

        protected override void Due(int node, TimerTag timer)
        {
            Kernel.SetTimer(node, algorithm._period, default);
            if (!Kernel.IsOnline(node) || Kernel.OnlineCount < 2)
            {
                return;
            }

            Kernel.Note("disseminate", node, 0);
            if (_hasModel[node])
            {
                int to = algorithm.PeerRule?.Invoke(++_sends, node) ?? RandomOther(node);
                Kernel.SendModel(node, to, new(PlexusMessageKind.TrainedModel, _ages[node], Model: Models[node]));
            }
        }

        public override void OnTrained(int node, int round, object? model)
        {
            Kernel.Note("finish_train", node, round);
            (Models[node], _hasModel[node]) = (model, true);
            _ages[node]++;
            Next(node);
        }

        public override void OnSent(in PlexusMessage message, in EndedTransfer transfer)
        {
            if (transfer.IsWhole)
            {
                _slot[transfer.To] = (transfer.From, message);
                Next(transfer.To);
            }
        }

        public override void OnOnline(int node)
        {
            if (!Kernel.IsTraining(node))
            {
                Train(node);
            }
        }

        private void Next(int node)
        {
            if (Kernel.IsTraining(node) || !_hasModel[node] || _slot[node] is not { } waiting)
            {
                return;
            }

            _slot[node] = null;
            int total = _ages[node] + waiting.Message.Round;
            Models[node] = Mix(Models[node], waiting.Message.Model, total == 0 ? 0.5 : (double)_ages[node] / total);
            Kernel.Averaged(node, _ages[node], [waiting.From, waiting.Message.Round], Models[node]);
            _ages[node] = Math.Max(_ages[node], waiting.Message.Round);
            Train(node);
        }

        private void Train(int node)
        {
            Kernel.Note("start_train", node, _ages[node]);
            Kernel.Train(node, _ages[node], Models[node]);
        }

        private int RandomOther(int node)
        {
            int place = _random.NextInt(Kernel.OnlineCount - 1);
            return Enumerable.Range(0, Kernel.Nodes).Where(n => n != node && Kernel.IsOnline(n)).ElementAt(place);
        }
    }
}
