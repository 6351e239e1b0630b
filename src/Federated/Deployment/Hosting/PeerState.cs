using System.Text.Json;
using ResearchKit.Storage;

namespace ResearchKit.Federated.Deployment;

/// <summary>What a node needs after a restart: without the number of its announcements nobody would believe that it is back, without its restarts its messages would look like repetitions.</summary>
/// <param name="NextAnnouncement">The number of its next announcement.</param>
/// <param name="TrainRound">The latest round it was told to train in.</param>
/// <param name="Restarts">How often its process began.</param>
/// <param name="Trainings">How often it trained.</param>
public sealed record PeerState(int NextAnnouncement, int TrainRound, int Restarts, int Trainings)
{
    /// <summary>The state of a node that has never been.</summary>
    public static PeerState New { get; } = new(1, 0, 0, 0);

    /// <summary>Reads a state; that of a new node if there is no file.</summary>
    /// <exception cref="MalformedFileException">The file holds no state.</exception>
    public static async Task<PeerState> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(path))
        {
            return New;
        }

        try
        {
            await using FileStream stream = File.OpenRead(path);
            PeerState? state = await JsonSerializer.DeserializeAsync<PeerState>(stream, cancellationToken: cancellationToken);
            return state is { NextAnnouncement: >= 1, TrainRound: >= 0, Restarts: >= 0, Trainings: >= 0 }
                ? state
                : throw new MalformedFileException(path, "the state of a node", "numbers out of range");
        }
        catch (JsonException problem)
        {
            throw new MalformedFileException(path, "the state of a node", problem.Message);
        }
    }

    /// <summary>Writes the state, whole or not at all.</summary>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default) =>
        AtomicFile.WriteTextAsync(path, JsonSerializer.Serialize(this), cancellationToken);
}
