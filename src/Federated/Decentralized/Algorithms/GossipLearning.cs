using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Gossip learning (Ormandi et al. 2013; Hegedus et al. 2019): every node sends its model to a random other one after a while, and again when it has arrived. Whoever receives one averages by age and trains.
/// </summary>
public sealed class GossipLearning : IDecentralizedAlgorithm
{
    /// <summary>Gossip learning.</summary>
    /// <param name="period">How long a node waits before it sends; 60 s by default, as in the published commands.</param>
    /// <param name="name">Its name in tables.</param>
    public GossipLearning(TimeSpan? period = null, string name = "gossip")
    {
        if (period <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(period), period, "The period is positive.");
        }

        (Period, Name) = (period ?? TimeSpan.FromSeconds(60), name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool HasGlobalModel => false;

    /// <summary>How long a node waits before it sends.</summary>
    public TimeSpan Period { get; }

    /// <summary>
    /// Whether models that come during a training wait for its end. In the published code (<see cref="Compatibility.Official"/>) they replace the model at once, and the training under way is lost.
    /// </summary>
    public Compatibility Compatibility { get; init; } = Compatibility.Corrected;

    /// <summary>Which of the other nodes that are online is chosen, by the number of the choice, from 1, and their number; null: a random one.</summary>
    public Func<int, int, int>? PeerRule { get; init; }

    /// <inheritdoc/>
    public AlgorithmRun Begin(SimulationKernel kernel) => new GossipRun(this, kernel);

    private sealed class GossipRun(GossipLearning algorithm, SimulationKernel kernel) : LocalModelsRun(kernel)
    {
        private readonly long[] _ages = new long[kernel.Nodes];
        private readonly int[] _rounds = new int[kernel.Nodes];
        private readonly int[] _turns = new int[kernel.Nodes]; // which loop is valid: a node that was away begins anew
        private readonly Queue<PlexusMessage>[] _waiting = [.. Enumerable.Range(0, kernel.Nodes).Select(_ => new Queue<PlexusMessage>())];
        private readonly object?[] _startedOn = new object?[kernel.Nodes];
        private readonly RandomStream _random = kernel.Random("gossip");
        private int _choices;

        private bool IsOfficial => algorithm.Compatibility == Compatibility.Official;

        protected override void Begin()
        {
            for (int node = 0; node < Kernel.Nodes; node++)
            {
                if (Kernel.IsOnline(node))
                {
                    Wait(node);
                }
            }
        }

        protected override void Due(int node, TimerTag timer)
        {
            if (timer.Id != _turns[node] || !Kernel.IsOnline(node))
            {
                return;
            }

            int others = Kernel.OnlineCount - 1;
            if (others == 0)
            {
                Wait(node);
                return;
            }

            int place = algorithm.PeerRule?.Invoke(++_choices, others) ?? _random.NextInt(others);
            int to = Enumerable.Range(0, Kernel.Nodes).Where(n => n != node && Kernel.IsOnline(n)).ElementAt(place);
            Kernel.SendModel(node, to, new(PlexusMessageKind.TrainedModel, ++_rounds[node], Model: Models[node], Weight: _ages[node]));
        }

        public override void OnSent(in PlexusMessage message, in EndedTransfer transfer)
        {
            if (transfer.IsWhole)
            {
                Receive(transfer.To, message);
            }

            if (Kernel.IsOnline(transfer.From))
            {
                Wait(transfer.From);
            }
        }

        public override void OnTrained(int node, int round, object? model)
        {
            // In the published code a model that was merged meanwhile is another object: what was trained is lost, and the age stays.
            if (ReferenceEquals(_startedOn[node], Models[node]))
            {
                Models[node] = model;
                _ages[node] += Kernel.Options.LocalSteps * (long)Kernel.Options.BatchSize;
            }

            if (_waiting[node].TryDequeue(out PlexusMessage next))
            {
                Merge(node, next);
            }
        }

        public override void OnOnline(int node) => Wait(node);

        public override void OnOffline(int node, bool isGraceful)
        {
            base.OnOffline(node, isGraceful);
            _turns[node]++;
            _waiting[node].Clear();
        }

        private void Wait(int node) => Kernel.SetTimer(node, VirtualTime.FromTimeSpan(algorithm.Period), new(0, ++_turns[node]));

        private void Receive(int node, in PlexusMessage message)
        {
            if (!IsOfficial && Kernel.IsTraining(node))
            {
                _waiting[node].Enqueue(message);
            }
            else
            {
                Merge(node, message);
            }
        }

        private void Merge(int node, in PlexusMessage message)
        {
            double total = _ages[node] + message.Weight;
            Models[node] = Mix(Models[node], message.Model, total == 0 ? 0.5 : _ages[node] / total);
            _ages[node] = Math.Max(_ages[node], (long)message.Weight);
            Kernel.Averaged(node, (int)_ages[node], [message.Round], Models[node]);
            if (!Kernel.IsTraining(node))
            {
                _startedOn[node] = Models[node];
                Kernel.Train(node, message.Round, Models[node]);
            }
        }
    }
}
