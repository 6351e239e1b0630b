using System.Globalization;
using System.Threading.Channels;
using Google.Protobuf;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Federated.Deployment.Wire;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Deployment;

/// <summary>
/// A node of this process: the state machine with a mailbox, real timers and real training. It decides nothing; one loop hands inputs to the state machine and does what that asks for.
/// </summary>
internal sealed class PeerNode
{
    private readonly record struct Work(PlexusInput Input, Action<PlexusNode>? Question);

    private readonly PeerHost _host;
    private readonly PeerIdentity _identity;
    private readonly PlexusNode _node;
    private readonly Channel<Work> _mail = Channel.CreateUnbounded<Work>();
    private readonly List<PlexusOutput> _outputs = [];
    private CancellationTokenSource? _training;
    private int _trainings;
    private int _restarts;
    private long _sequence;
    private PeerState _saved = PeerState.New;

    internal PeerNode(PeerHost host, int index, PeerIdentity identity, PopulationView view, PlexusSetting setting)
    {
        (_host, Index, _identity) = (host, index, identity);
        _node = new PlexusNode(index, view, setting);
    }

    internal int Index { get; }

    internal int Waiting => _mail.Reader.Count;

    private string? StatePath =>
        _host.Options.StateFolder is { } folder ? Path.Combine(folder, $"node-{Index.ToString(CultureInfo.InvariantCulture)}.json") : null;

    internal void Post(in PlexusInput input) => _mail.Writer.TryWrite(new(input, null));

    /// <summary>Asks the state machine something, in its turn.</summary>
    internal Task<T> AskAsync<T>(Func<PlexusNode, T> question)
    {
        TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_mail.Writer.TryWrite(new(default, node => answer.TrySetResult(question(node)))))
        {
            answer.TrySetCanceled();
        }

        return answer.Task;
    }

    internal Envelope Seal(NodeId receiver, IMessage content) =>
        EnvelopeCodec.Seal(_identity, receiver, ((ulong)_restarts << 40) + (ulong)Interlocked.Increment(ref _sequence), content);

    /// <summary>Takes up its state; whether the node has been before.</summary>
    internal async Task<bool> RestoreAsync(CancellationToken cancellationToken)
    {
        if (StatePath is not { } path)
        {
            return false;
        }

        _saved = await PeerState.LoadAsync(path, cancellationToken);
        bool hasBeen = _saved.Restarts > 0;
        (_restarts, _trainings) = (_saved.Restarts + 1, _saved.Trainings);
        if (hasBeen)
        {
            _node.StartOffline();
            _node.Restore(_saved.TrainRound, _saved.NextAnnouncement);
        }

        _saved = _saved with { Restarts = _restarts };
        await _saved.SaveAsync(path, cancellationToken);
        return hasBeen;
    }

    /// <summary>What others knew while it was away: their views, and its own latest announcement among them.</summary>
    internal void CatchUp(PopulationView view)
    {
        if (view[Index] is { } own)
        {
            _node.Restore(0, own.Counter + 1);
        }

        _node.View.Merge(view);
    }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (Work work in _mail.Reader.ReadAllAsync(cancellationToken))
            {
                if (work.Question is { } question)
                {
                    question(_node);
                    continue;
                }

                _outputs.Clear();
                _node.Handle(work.Input, _host.Now, _outputs);
                foreach (PlexusOutput output in _outputs)
                {
                    Do(output, cancellationToken);
                }

                await SaveAsync(cancellationToken);
            }
        }
        finally
        {
            _training?.Cancel();
        }
    }

    private void Do(PlexusOutput output, CancellationToken cancellationToken)
    {
        switch (output.Kind)
        {
            case PlexusOutputKind.Send:
                _host.Begin(_host.Calls.SendAsync(this, output.Peer, output.Message, cancellationToken));
                break;
            case PlexusOutputKind.SendModel:
                _host.Begin(SendModelAsync(output.Peer, output.Message, cancellationToken));
                break;
            case PlexusOutputKind.Train:
                Train(output.Message, cancellationToken);
                break;
            case PlexusOutputKind.CancelTraining:
                _training?.Cancel();
                break;
            case PlexusOutputKind.SetTimer:
                _host.Begin(WaitAsync(output.Timer, output.Delay, cancellationToken));
                break;
            case PlexusOutputKind.AbandonSendings:
                break; // only in traces for comparison
            case PlexusOutputKind.RoundClosed:
                _host.RoundClosed(Index, output.Message);
                break;
            case PlexusOutputKind.SampleFound:
                _host.Report(new(_host.Now.Seconds, Index, "sample", output.Message.Round, [.. output.Nodes!]));
                break;
            default:
                _host.Report(new(_host.Now.Seconds, Index, output.Event.ToString(), output.Message.Round));
                break;
        }
    }

    private async Task SendModelAsync(int to, PlexusMessage message, CancellationToken cancellationToken)
    {
        bool arrived = await _host.Calls.SendModelAsync(this, to, message, cancellationToken);
        Post(PlexusInput.Sent(to, message, arrived));
    }

    private async Task WaitAsync(PlexusTimer timer, VirtualTime delay, CancellationToken cancellationToken)
    {
        await Task.Delay(delay.ToTimeSpan(), _host.Options.Clock, cancellationToken);
        Post(PlexusInput.Of(timer));
    }

    private void Train(PlexusMessage message, CancellationToken cancellationToken)
    {
        _training = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        RandomStream batches = SimulationKernel.TrainingStream(_host.Options.Seed, Index, _trainings++);
        _host.Begin(TrainAsync(message, batches, _training.Token));
    }

    private async Task TrainAsync(PlexusMessage message, RandomStream batches, CancellationToken cancellationToken)
    {
        VectorTask task = _host.Options.Task;
        object trained = await Task.Run(
            () => task.Train(Index, message.Model!, _host.Options.LocalSteps, batches, cancellationToken),
            cancellationToken
        );
        Post(PlexusInput.Trained(message.Round, trained, task.RowsOf(Index)));
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        PeerState now = new(_node.NextAnnouncement, _node.TrainRound, _restarts, _trainings);
        if (StatePath is { } path && now != _saved)
        {
            _saved = now;
            await now.SaveAsync(path, cancellationToken);
        }
    }
}
