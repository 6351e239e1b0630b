using System.Globalization;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Federated;

public sealed partial class FederatedTraining
{
    private const string FileName = "state.npz";

    /// <summary>Writes the state below a folder; what <see cref="CheckpointFolder.SaveAsync"/> calls.</summary>
    /// <param name="folder">The folder of the snapshot.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task SaveAsync(string folder, CancellationToken cancellationToken)
    {
        var arrays = new Dictionary<string, NpyArray>(StringComparer.Ordinal)
        {
            ["round"] = NpyArray.OfScalar((long)State.Round),
            ["parameters"] = NpyArray.Of(State.Parameters, State.Parameters.Length),
            ["buffers"] = NpyArray.Of(Parameters.Values[State.Parameters.Length..].ToArray(), Parameters.Length - State.Parameters.Length),
        };
        foreach (var (name, vector) in State.Memory)
        {
            arrays.Add($"memory/{name}", NpyArray.Of(vector, vector.Length));
        }
        if (_options.BatchNorm != BatchNormMode.Average && Parameters.Length > State.Parameters.Length)
        {
            for (var client = 0; client < _rounds.Length; client++)
            {
                if (_rounds[client].Parameters is { } own)
                {
                    var buffers = own.Values[State.Parameters.Length..].ToArray();
                    arrays.Add($"client/{client.ToString(CultureInfo.InvariantCulture)}", NpyArray.Of(buffers, buffers.Length));
                }
            }
        }
        return NpzFile.SaveAsync(Path.Combine(folder, FileName), arrays, cancellationToken: cancellationToken);
    }

    /// <summary>Takes the state of a snapshot: what follows is as if the training had never stopped.</summary>
    /// <param name="checkpoint">The snapshot.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">The snapshot is of a model with another number of parameters.</exception>
    public async Task RestoreAsync(Checkpoint checkpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var arrays = await NpzFile.LoadAsync(Path.Combine(checkpoint.Folder, FileName), cancellationToken);
        var parameters = arrays["parameters"].Elements<double>();
        var buffers = arrays["buffers"].Elements<float>();
        if (parameters.Length != State.Parameters.Length || buffers.Length != Parameters.Length - parameters.Length)
        {
            throw new ArgumentException(
                $"The snapshot {checkpoint.Folder} has {parameters.Length} parameters, the model {State.Parameters.Length}.",
                nameof(checkpoint)
            );
        }
        parameters.CopyTo(State.Parameters, 0);
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(parameters, Parameters.Values[..parameters.Length]);
        buffers.CopyTo(Parameters.Values[parameters.Length..]);
        foreach (var (name, array) in arrays)
        {
            if (name.StartsWith("memory/", StringComparison.Ordinal))
            {
                State.Restore(name["memory/".Length..], array.Elements<double>());
            }
            else if (name.StartsWith("client/", StringComparison.Ordinal))
            {
                var own = _rounds[int.Parse(name["client/".Length..], CultureInfo.InvariantCulture)];
                own.Prepare(_model.Layout, BatchNormMode.Average, Parameters, parameters.Length);
                array.Elements<float>().CopyTo(own.Parameters!.Values[parameters.Length..]);
            }
        }
        State.Round = (int)arrays["round"].Elements<long>()[0];
    }
}
