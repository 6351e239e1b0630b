using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// AD-PSGD (Lian et al., arXiv:1710.06952): half of the nodes are active, half passive. An active node trains, exchanges models with a random passive one, averages, and goes on. A passive node answers at once and trains step by step
/// as long as it has earned steps; the step during which a model comes is a gradient of the older model, applied after the average.
/// </summary>
/// <param name="name">Its name in tables.</param>
public sealed class AdPsgd(string name = "ad-psgd") : IDecentralizedAlgorithm
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool HasGlobalModel => false;

    /// <summary>The active nodes; null: half, drawn.</summary>
    public IReadOnlyList<int>? Active { get; init; }

    /// <summary>Which passive node is chosen, by the number of the send over all nodes, from 1, the active node, and how many passive ones there are; null: a random one.</summary>
    public Func<int, int, int, int>? PeerRule { get; init; }

    /// <inheritdoc/>
    public AlgorithmRun Begin(SimulationKernel kernel) => new ExchangeRun(this, kernel);

    private sealed class ExchangeRun : LocalModelsRun
    {
        private readonly AdPsgd _algorithm;
        private readonly bool[] _isActive;
        private readonly int[] _passive;
        private readonly int[] _rounds; // of active nodes: trainings
        private readonly int[] _steps; // of passive nodes: steps done
        private readonly int[] _earned;
        private readonly object?[] _stepInput;
        private readonly bool[] _isStale; // a model came during the step in progress
        private readonly List<(int From, PlexusMessage Message)>[] _waiting;
        private readonly RandomStream _random;
        private int _sends;

        public ExchangeRun(AdPsgd algorithm, SimulationKernel kernel)
            : base(kernel)
        {
            _algorithm = algorithm;
            _random = kernel.Random("ad-psgd");
            _isActive = new bool[kernel.Nodes];
            foreach (int node in algorithm.Active ?? _random.Sample(kernel.Nodes, kernel.Nodes / 2))
            {
                _isActive[node] = true;
            }

            _passive = [.. Enumerable.Range(0, kernel.Nodes).Where(n => !_isActive[n])];
            if (_passive.Length == 0)
            {
                throw new ArgumentException("There is no passive node to exchange models with.", nameof(algorithm));
            }

            (_rounds, _steps, _earned) = (new int[kernel.Nodes], new int[kernel.Nodes], new int[kernel.Nodes]);
            (_stepInput, _isStale) = (new object?[kernel.Nodes], new bool[kernel.Nodes]);
            _waiting = [.. Enumerable.Range(0, kernel.Nodes).Select(_ => new List<(int, PlexusMessage)>())];
        }

        private int LocalSteps => Kernel.Options.LocalSteps;

        protected override void Begin()
        {
            for (int node = 0; node < Kernel.Nodes; node++)
            {
                if (Kernel.IsOnline(node))
                {
                    Enter(node);
                }
            }
        }

        protected override void Due(int node, TimerTag timer)
        {
            if (Kernel.IsOnline(node) && !Kernel.IsTraining(node))
            {
                Exchange(node); // nobody was there before
            }
        }

        public override void OnOnline(int node) => Enter(node);

        public override void OnOffline(int node, bool isGraceful)
        {
            base.OnOffline(node, isGraceful);
            _earned[node] = _steps[node];
            _waiting[node].Clear();
        }

        public override void OnTrained(int node, int round, object? model)
        {
            if (_isActive[node])
            {
                Kernel.Note("finish_train", node, round);
                Models[node] = model;
                _rounds[node]++;
                Exchange(node);
            }
            else
            {
                StepDone(node, model);
            }
        }

        public override void OnSent(in PlexusMessage message, in EndedTransfer transfer)
        {
            if (!transfer.IsWhole)
            {
                int active = _isActive[transfer.From] ? transfer.From : transfer.To;
                if (Kernel.IsOnline(active) && !Kernel.IsTraining(active))
                {
                    Exchange(active); // the other one is gone: another is tried
                }
            }
            else if (_isActive[transfer.To])
            {
                Kernel.Averaged(transfer.To, _rounds[transfer.To], [transfer.From, message.Round], null);
                Models[transfer.To] = Mix(Models[transfer.To], message.Model, 0.5);
                Kernel.Note("start_train", transfer.To, _rounds[transfer.To]);
                Kernel.Train(transfer.To, _rounds[transfer.To], Models[transfer.To]);
            }
            else if (_steps[transfer.To] == 0)
            {
                _waiting[transfer.To].Add((transfer.From, message)); // it has no model of its own yet
            }
            else
            {
                Answer(transfer.To, transfer.From, message);
            }
        }

        private void Enter(int node)
        {
            Kernel.Note("start_train", node, _rounds[node]);
            if (_isActive[node])
            {
                Kernel.Train(node, _rounds[node], Models[node]);
            }
            else
            {
                _earned[node] += LocalSteps;
                Step(node);
            }
        }

        private void Exchange(int node)
        {
            int[] online = _algorithm.PeerRule is null ? [.. _passive.Where(Kernel.IsOnline)] : _passive;
            if (online.Length == 0)
            {
                Kernel.SetTimer(node, Simulation.VirtualTime.FromSeconds(60), default);
                return;
            }

            int place = _algorithm.PeerRule?.Invoke(++_sends, node, online.Length) ?? _random.NextInt(online.Length);
            Kernel.SendModel(node, online[place], new(PlexusMessageKind.TrainedModel, _rounds[node], Model: Models[node]));
        }

        private void Answer(int node, int from, in PlexusMessage message)
        {
            Kernel.SendModel(node, from, new(PlexusMessageKind.AggregatedModel, _steps[node] / LocalSteps, Model: Models[node]));
            Kernel.Averaged(node, _steps[node], [from, message.Round], null);
            Models[node] = Mix(Models[node], message.Model, 0.5);
            _earned[node] += LocalSteps;
            if (Kernel.IsTraining(node))
            {
                _isStale[node] = true;
            }
            else
            {
                Step(node);
            }
        }

        private void Step(int node)
        {
            (_stepInput[node], _isStale[node]) = (Models[node], false);
            Kernel.Train(node, _steps[node], Models[node], steps: 1);
        }

        private void StepDone(int node, object? model)
        {
            Kernel.Note("step", node, _steps[node]);
            if (_isStale[node])
            {
                Kernel.Note("finish_train", node, _steps[node] / LocalSteps);
            }

            Models[node] =
                _isStale[node] && model is not null ? Kernel.Models.Average([Models[node]!, model, _stepInput[node]!], [1, 1, -1]) : model;
            _steps[node]++;
            _isStale[node] = false;
            foreach ((int from, PlexusMessage message) in _waiting[node].ToArray())
            {
                _waiting[node].Clear();
                Answer(node, from, message);
            }

            if (!Kernel.IsTraining(node) && _steps[node] < _earned[node])
            {
                Step(node);
            }
        }
    }
}
