namespace ResearchKit.Federated.Decentralized;

/// <content>
/// Checkpoints. The protocol runs a thousand times faster than learning, and a run is a function of its seed: so a checkpoint is the number of events and the models still in use, and a resumed run repeats the
/// events without learning, finds by the log's hash that it is where it was, and takes the models over. This works for every algorithm, a user's own included.
/// </content>
public sealed partial class SimulationKernel
{
    private readonly List<WeakReference<SimulatedModel>> _models = [];
    private HashSet<long> _unsound = [];
    private readonly HashSet<long> _sound = [];

    internal bool IsReplaying { get; set; }

    internal bool KeepsCheckpoints { get; set; }

    internal IEnumerable<long> Unsound => _unsound.Order();

    internal void ExpectUnsound(IEnumerable<long> ids) => _unsound = [.. ids];

    /// <summary>The models that something still refers to.</summary>
    internal IReadOnlyList<SimulatedModel> LivingModels()
    {
        GC.Collect();
        List<SimulatedModel> living = [];
        for (int i = _models.Count - 1; i >= 0; i--)
        {
            if (_models[i].TryGetTarget(out SimulatedModel? model))
            {
                living.Add(model);
            }
            else
            {
                _models.RemoveAt(i);
            }
        }

        return living;
    }

    /// <summary>Goes from replaying to learning: the models have their values again, and trainings under way are begun.</summary>
    internal void TakeOver(IReadOnlyDictionary<long, object> values)
    {
        IsReplaying = false;
        foreach (SimulatedModel model in LivingModels())
        {
            model.Value = values.TryGetValue(model.Id, out object? value) ? value : model.Value;
        }

        foreach (Training training in _trainingSlots.All)
        {
            if (training.Job is { } job)
            {
                Pool?.Add(job);
            }
        }
    }

    private void Track(SimulatedModel model)
    {
        if (KeepsCheckpoints)
        {
            _models.Add(new(model));
        }
    }

    private bool WasUnsound(long id) => _unsound.Contains(id);

    private bool Judge(SimulatedModel model)
    {
        if (_sound.Contains(model.Id))
        {
            return true;
        }

        bool isSound = !_unsound.Contains(model.Id) && Options.Task!.IsSound(model.Value!);
        if (isSound)
        {
            if (_sound.Count > 4096)
            {
                _sound.Clear();
            }

            _sound.Add(model.Id);
        }
        else
        {
            _unsound.Add(model.Id);
        }

        return isSound;
    }
}
