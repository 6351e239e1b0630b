namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Plexus (arXiv:2503.05509): a sample of nodes trains, one of the next sample averages, all found by hash and kept alive by piggy-backed views. With other options MoDeST
/// (arXiv:2302.13837v1), and federated averaging with an emulated server.
/// </summary>
public sealed class Plexus : IDecentralizedAlgorithm
{
    /// <summary>Plexus with these settings.</summary>
    /// <param name="options">The settings; the paper's by default.</param>
    /// <param name="name">Its name in tables.</param>
    public Plexus(PlexusOptions? options = null, string name = "plexus") => (Options, Name) = (options ?? new PlexusOptions(), name);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The settings of the protocol.</summary>
    public PlexusOptions Options { get; }

    /// <summary>The identifiers of the nodes; null: keys in the published code's shape.</summary>
    public Roster? Roster { get; init; }

    /// <summary>Which nodes know each other at the start: the first so many; the others join. Null: all.</summary>
    public int? KnownAtStart { get; init; }

    /// <summary>Who trains in the first round; null: drawn from those online.</summary>
    public IReadOnlyList<int>? FirstSample { get; init; }

    /// <summary>Whether shuffles and draws are left out, as in traces for comparison.</summary>
    public bool InOrder { get; init; }

    /// <inheritdoc/>
    public bool HasGlobalModel => true;

    /// <inheritdoc/>
    public AlgorithmRun Begin(SimulationKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return new PlexusRun(this, kernel);
    }

    private sealed class PlexusRun : AlgorithmRun
    {
        private readonly Plexus _plexus;
        private readonly PlexusSetting _setting;
        private readonly PlexusNode?[] _nodes;
        private readonly PopulationView _first;
        private readonly List<PlexusOutput> _outputs = [];
        private readonly HashSet<int> _tested = [];

        public PlexusRun(Plexus plexus, SimulationKernel kernel)
            : base(kernel)
        {
            _plexus = plexus;
            PlexusOptions options = plexus.Options.For(kernel.Nodes);
            Roster roster = plexus.Roster ?? Roster.OfKeys(kernel.Nodes);
            if (roster.Count != kernel.Nodes)
            {
                throw new ArgumentException($"There are {roster.Count} identifiers for {kernel.Nodes} nodes.", nameof(plexus));
            }

            IReadOnlyList<Device> devices = kernel.Options.Devices;
            _setting = new(
                options,
                new SampleOrders(roster, options.Hash, Math.Max(64, 4 * options.SampleSize)),
                kernel.Models,
                node => devices[node].BytesPerSecond,
                plexus.InOrder ? null : kernel.Random("plexus")
            );
            _nodes = new PlexusNode?[kernel.Nodes];
            _first = PopulationView.OfAll(plexus.KnownAtStart ?? kernel.Nodes);
            for (int node = 0; node < (plexus.KnownAtStart ?? kernel.Nodes); node++)
            {
                if (!kernel.Options.Availability.IsOnlineAtStart(node))
                {
                    _first.Set(node, new(-1, 0, MembershipChange.Leave));
                }
            }
        }

        public override IReadOnlyDictionary<int, PopulationView> Views =>
            _nodes.Index().Where(n => n.Item is not null).ToDictionary(n => n.Index, n => n.Item!.View);

        public override bool IsWorking => _nodes.Any(n => n is { IsOnline: true } && n.Aggregating.Any());

        public override object? ModelOf(int node) => null;

        public override void Start()
        {
            int[] online = [.. Enumerable.Range(0, Kernel.Nodes).Where(Kernel.IsOnline)];
            int count = Math.Min(_setting.Options.SampleSize, online.Length);
            IEnumerable<int> sample =
                _plexus.FirstSample ?? Kernel.Random("first-sample").Sample(online.Length, count).Select(i => online[i]);
            PlexusMessage first = new(PlexusMessageKind.AggregatedModel, 1, Model: Kernel.InitialModel);
            foreach (int node in sample)
            {
                Handle(node, PlexusInput.Of(node, first));
            }
        }

        public override void OnMessage(int node, int from, in PlexusMessage message) => Handle(node, PlexusInput.Of(from, message));

        public override void OnSent(in PlexusMessage message, in EndedTransfer transfer)
        {
            if (transfer.IsWhole)
            {
                Handle(transfer.To, PlexusInput.Of(transfer.From, message));
            }

            if (Kernel.IsOnline(transfer.From))
            {
                Handle(transfer.From, PlexusInput.Sent(transfer.To, message, transfer.IsWhole));
            }
        }

        public override void OnTrained(int node, int round, object? model) =>
            Handle(node, PlexusInput.Trained(round, model, Kernel.Options.Task?.RowsOf(node) ?? 1));

        public override void OnTimer(int node, TimerTag timer) =>
            Handle(node, PlexusInput.Of(new PlexusTimer((PlexusTimerKind)timer.Kind, timer.Id, timer.Attempt)));

        public override void OnOnline(int node) => Handle(node, new(PlexusInputKind.Online));

        public override void OnOffline(int node, bool isGraceful) =>
            Handle(node, new(isGraceful ? PlexusInputKind.Leaving : PlexusInputKind.Crashed, Incoming: Kernel.SendersTo(node)));

        private PlexusNode NodeOf(int node)
        {
            if (_nodes[node] is { } known)
            {
                return known;
            }

            PopulationView view = _first.Snapshot();
            view.Add(node);
            PlexusNode created = new(node, view, _setting);
            if (!Kernel.Options.Availability.IsOnlineAtStart(node))
            {
                created.StartOffline();
            }

            return _nodes[node] = created;
        }

        private void Handle(int node, in PlexusInput input)
        {
            int before = _outputs.Count;
            NodeOf(node).Handle(input, Now, _outputs);
            for (int i = before; i < _outputs.Count; i++)
            {
                Do(node, _outputs[i]);
            }

            _outputs.RemoveRange(before, _outputs.Count - before);
        }

        private void Do(int node, in PlexusOutput output)
        {
            switch (output.Kind)
            {
                case PlexusOutputKind.Send:
                    Kernel.Send(node, output.Peer, output.Message);
                    break;
                case PlexusOutputKind.SendModel:
                    Kernel.SendModel(node, output.Peer, output.Message);
                    break;
                case PlexusOutputKind.SetTimer:
                    Kernel.SetTimer(node, output.Delay, new((int)output.Timer.Kind, output.Timer.Id, output.Timer.Attempt));
                    break;
                case PlexusOutputKind.Train:
                    Kernel.Train(node, output.Message.Round, output.Message.Model);
                    break;
                case PlexusOutputKind.CancelTraining:
                    Kernel.CancelTraining(node);
                    break;
                case PlexusOutputKind.AbandonSendings:
                    Kernel.AbandonSendings(node, output.Message);
                    break;
                case PlexusOutputKind.Event:
                    Kernel.Account.Happened(output.Event, node, output.Message.Round);
                    break;
                case PlexusOutputKind.RoundClosed:
                    Closed(node, output.Message);
                    break;
                default:
                    Kernel.Account.Found(node, output.Message.Round, output.Since, output.Nodes!);
                    break;
            }
        }

        private void Closed(int node, in PlexusMessage average)
        {
            Kernel.RoundClosed(node, average.Round, average.Index);
            Kernel.Account.Record?.Averages.Add(new(Now.Seconds, node, average.Round, [], (average.Model as SimulatedModel)?.Value));
            int every = Kernel.Options.EvaluateEveryRounds;
            if (every > 0 && average.Round % every == 0 && _tested.Add(average.Round))
            {
                Kernel.Evaluate(average.Round, average.Model);
            }
        }
    }
}
