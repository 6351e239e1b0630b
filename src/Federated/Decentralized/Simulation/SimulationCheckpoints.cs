using System.Text.Json;
using ResearchKit.Storage;

namespace ResearchKit.Federated.Decentralized;

/// <summary>
/// Long runs that survive an interruption. A checkpoint holds the number of events handled, the hash of their log, the tests so far, and the models still in use. A resumed run repeats the events without learning, which takes a
/// thousandth of the time, checks by the hash that it is where it was, and goes on; its log is that of a run without interruption.
/// </summary>
public static class SimulationCheckpoints
{
    private const string StateName = "simulation.json";
    private const string ModelsName = "models.bin";

    private sealed record State(
        long Events,
        string LogHash,
        IReadOnlyList<TestedModel> Tests,
        IReadOnlyList<long> Models,
        IReadOnlyList<long> Unsound
    );

    /// <summary>Runs an algorithm to the end, from the newest checkpoint if there is one.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="options">The world; the same as before the interruption.</param>
    /// <param name="checkpoints">Where checkpoints are kept; its input hash stands for algorithm and options.</param>
    /// <param name="everyEvents">After how many events one is written; at least 1.</param>
    /// <param name="progress">Is told now and then.</param>
    /// <param name="cancellationToken">Stops; the result is then partial.</param>
    /// <exception cref="ResearchKitException">RK5003: the repeated events are not those of the checkpoint: algorithm or options have changed.</exception>
    public static async Task<SimulationResult> RunAsync(
        IDecentralizedAlgorithm algorithm,
        SimulationOptions options,
        CheckpointFolder checkpoints,
        long everyEvents,
        IProgress<SimulationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(checkpoints);
        ArgumentOutOfRangeException.ThrowIfLessThan(everyEvents, 1);
        Checkpoint? newest = await checkpoints.NewestAsync(cancellationToken);
        return await Task.Run(
            () =>
            {
                using SimulationSession session = new(algorithm, options, keepsCheckpoints: true, cancellationToken);
                if (newest is not null)
                {
                    Resume(session, newest, options.Task);
                }

                long next = session.Kernel.Handled + everyEvents;
                return session.ToEnd(
                    (int)Math.Min(1024, everyEvents),
                    current =>
                    {
                        if (current.Kernel.Handled >= next)
                        {
                            next += everyEvents;
                            SaveAsync(current, checkpoints, options.Task, cancellationToken).GetAwaiter().GetResult();
                        }
                    },
                    progress
                );
            },
            CancellationToken.None
        );
    }

    private static async Task SaveAsync(
        SimulationSession session,
        CheckpointFolder checkpoints,
        ILearningTask? task,
        CancellationToken cancellationToken
    )
    {
        SimulationKernel kernel = session.Kernel;
        kernel.Account.Settle();
        IReadOnlyList<SimulatedModel> living = [.. kernel.LivingModels().Where(m => m.Value is not null).OrderBy(m => m.Id)];
        State state = new(
            kernel.Handled,
            kernel.Account.LogHash,
            [.. kernel.Account.Tests],
            [.. living.Select(m => m.Id)],
            [.. kernel.Unsound]
        );
        await checkpoints.SaveAsync(
            kernel.Handled,
            async (folder, token) =>
            {
                await File.WriteAllTextAsync(Path.Combine(folder, StateName), JsonSerializer.Serialize(state), token);
                await using FileStream models = File.Create(Path.Combine(folder, ModelsName));
                foreach (SimulatedModel model in living)
                {
                    task!.Write(model.Value!, models);
                }
            },
            cancellationToken
        );
    }

    private static void Resume(SimulationSession session, Checkpoint checkpoint, ILearningTask? task)
    {
        string path = Path.Combine(checkpoint.Folder, StateName);
        State state =
            JsonSerializer.Deserialize<State>(File.ReadAllText(path))
            ?? throw new MalformedFileException(path, "the state of a simulation", "nothing");
        SimulationKernel kernel = session.Kernel;
        kernel.ExpectUnsound(state.Unsound);
        kernel.IsReplaying = true;
        session.Begin();
        _ = session.Go(state.Events);
        if (kernel.Handled != state.Events || kernel.Account.LogHash != state.LogHash)
        {
            throw new ResearchKitException(
                ErrorCodes.ReplayDiverged,
                $"After {kernel.Handled} events the run is not where the checkpoint in {checkpoint.Folder} was after {state.Events}.",
                "Resume with the algorithm, options and version that wrote it, or remove the folder."
            );
        }

        Dictionary<long, object> values = [];
        using FileStream models = File.OpenRead(Path.Combine(checkpoint.Folder, ModelsName));
        foreach (long id in state.Models)
        {
            values.Add(id, task!.Read(models));
        }

        kernel.Account.Settle();
        kernel.Account.Tests.AddRange(state.Tests);
        kernel.TakeOver(values);
    }
}
