namespace ResearchKit.Federated;

/// <summary>
/// What a federated optimiser keeps from round to round, in double precision: the global parameters, and vectors of its own (moments, control variates).
/// All of it, and nothing else, decides the next round: it is what a checkpoint holds.
/// </summary>
public sealed class ServerState
{
    private readonly Dictionary<string, double[]> _memory = new(StringComparer.Ordinal);

    /// <summary>A state at the start.</summary>
    /// <param name="parameters">The first global parameters; copied.</param>
    /// <param name="clients">The number of clients, at least 1.</param>
    public ServerState(ReadOnlySpan<double> parameters, int clients)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        Parameters = parameters.ToArray();
        Clients = clients;
    }

    /// <summary>x.</summary>
    public double[] Parameters { get; }

    /// <summary>M.</summary>
    public int Clients { get; }

    /// <summary>The rounds done.</summary>
    public int Round { get; internal set; }

    /// <summary>The vectors by name.</summary>
    public IReadOnlyDictionary<string, double[]> Memory => _memory;

    /// <summary>A vector as long as the parameters; zero when it is asked for first.</summary>
    /// <param name="name">The name, for example <c>momentum</c>.</param>
    public double[] Vector(string name)
    {
        if (!_memory.TryGetValue(name, out var vector))
        {
            _memory.Add(name, vector = new double[Parameters.Length]);
        }
        return vector;
    }

    /// <summary>A vector of one client; zero when it is asked for first.</summary>
    /// <param name="name">The name, for example <c>control</c>.</param>
    /// <param name="client">The client.</param>
    public double[] Vector(string name, int client) => Vector(FormattableString.Invariant($"{name}.{client}"));

    internal void Restore(string name, double[] vector)
    {
        if (vector.Length != Parameters.Length)
        {
            throw new ArgumentException($"{name} has {vector.Length} values, the model {Parameters.Length}.", nameof(vector));
        }
        _memory[name] = vector;
    }
}
