using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Federated averaging as in its first description (McMahan et al., arXiv:1602.05629): a server beside the nodes draws clients uniformly, sends them the model, waits for all of theirs, and averages with equal weights.
/// </summary>
/// <param name="clients">How many clients a round has.</param>
/// <param name="name">Its name in tables.</param>
public sealed class ClassicFedAvg(int clients = 13, string name = "fedavg-classic") : IDecentralizedAlgorithm
{
    private const double ServerBandwidth = 1e16;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool HasGlobalModel => true;

    /// <summary>The clients of a round, from 1; null: drawn from those online.</summary>
    public Func<int, IReadOnlyList<int>>? SampleRule { get; init; }

    /// <summary>After how many rounds it stops; null: never.</summary>
    public int? Rounds { get; init; }

    /// <inheritdoc/>
    public SimulationOptions Adjust(SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clients, options.Devices.Count);
        return options with
        {
            Devices = [.. options.Devices, new(0, ServerBandwidth)],
            Availability = new WithServer(options.Availability, options.Devices.Count),
        };
    }

    /// <inheritdoc/>
    public AlgorithmRun Begin(SimulationKernel kernel) => new ServerRun(this, kernel);

    private int Clients => clients;

    private sealed class WithServer(IAvailability others, int server) : IAvailability
    {
        public bool IsOnlineAtStart(int node) => node == server || others.IsOnlineAtStart(node);

        public PresenceChange? Next(int node, Simulation.VirtualTime after) => node == server ? null : others.Next(node, after);
    }

    private sealed class ServerRun(ClassicFedAvg algorithm, SimulationKernel kernel) : AlgorithmRun(kernel)
    {
        private readonly int _server = kernel.Nodes - 1;
        private readonly RandomStream _random = kernel.Random("clients");
        private readonly HashSet<int> _expected = [];
        private readonly List<object?> _models = [];
        private object? _global = kernel.InitialModel;
        private int _round;

        public override bool IsWorking => Kernel.OnlineCount == 1; // only the server: it waits for somebody to come

        public override void Start() => BeginRound();

        public override object? ModelOf(int node) => node == _server ? _global : null;

        public override void OnSent(in PlexusMessage message, in EndedTransfer transfer)
        {
            if (message.Round != _round)
            {
                return;
            }

            if (!transfer.IsWhole)
            {
                Missing(transfer.From == _server ? transfer.To : transfer.From);
            }
            else if (transfer.To == _server)
            {
                _models.Add(message.Model);
                _expected.Remove(transfer.From);
                TryAverage();
            }
            else
            {
                Kernel.Note("start_train", transfer.To, message.Round);
                Kernel.Train(transfer.To, message.Round, message.Model);
            }
        }

        public override void OnTrained(int node, int round, object? model)
        {
            Kernel.Note("finish_train", node, round);
            Kernel.SendModel(node, _server, new(PlexusMessageKind.TrainedModel, round, Model: model));
        }

        public override void OnOffline(int node, bool isGraceful)
        {
            base.OnOffline(node, isGraceful);
            Missing(node);
        }

        public override void OnOnline(int node)
        {
            if (_expected.Count == 0 && _models.Count == 0)
            {
                BeginRound(); // nobody was there before
            }
        }

        private void Missing(int client)
        {
            if (_expected.Remove(client))
            {
                TryAverage();
            }
        }

        private void TryAverage()
        {
            if (_expected.Count > 0)
            {
                return;
            }

            if (_models.Count > 0)
            {
                _global = _models.Contains(null)
                    ? null
                    : Kernel.Models.Average([.. _models.Select(m => m!)], [.. Enumerable.Repeat(1.0 / _models.Count, _models.Count)]);
                Kernel.RoundClosed(_server, _round, _models.Count);
                if (Kernel.Options.EvaluateEveryRounds > 0 && _round % Kernel.Options.EvaluateEveryRounds == 0)
                {
                    Kernel.Evaluate(_round, _global);
                }
            }

            BeginRound();
        }

        private void BeginRound()
        {
            _models.Clear();
            if (_round == (algorithm.Rounds ?? int.MaxValue))
            {
                return;
            }

            int[] online = [.. Enumerable.Range(0, _server).Where(Kernel.IsOnline)];
            if (online.Length == 0)
            {
                return;
            }

            _round++;
            IReadOnlyList<int> sample =
                algorithm.SampleRule?.Invoke(_round)
                ?? [.. _random.Sample(online.Length, Math.Min(algorithm.Clients, online.Length)).Select(i => online[i])];
            _expected.UnionWith(sample);
            foreach (int client in sample)
            {
                Kernel.SendModel(_server, client, new(PlexusMessageKind.AggregatedModel, _round, Model: _global));
            }
        }
    }
}
