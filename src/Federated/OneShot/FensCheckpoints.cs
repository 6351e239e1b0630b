using System.Globalization;
using Microsoft.Extensions.Logging;
using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Federated;

/// <summary>Where FENS keeps what is done, so that an interrupted job goes on: the trained models, and the rounds of the aggregator. The result is the same, bit for bit.</summary>
/// <param name="folder">The folder.</param>
/// <param name="inputHash">A hash of all that decides the result: options, data, seed, version.</param>
/// <param name="logger">Is told of damaged snapshots.</param>
public sealed class FensCheckpoints(string folder, string inputHash, ILogger? logger = null)
{
    private const string FileName = "models.npz";

    private readonly CheckpointFolder _models = new(Path.Combine(folder, "models"), inputHash, keep: 1, logger);

    internal CheckpointFolder ForAggregator() => new(Path.Combine(folder, "aggregator"), inputHash, keep: 2, logger);

    internal async Task SaveModelsAsync(IReadOnlyList<ParameterVector> models, CancellationToken cancellationToken) =>
        await _models.SaveAsync(
            0,
            (to, token) =>
                NpzFile.SaveAsync(
                    Path.Combine(to, FileName),
                    models
                        .Select((model, i) => (Name: i.ToString(CultureInfo.InvariantCulture), model))
                        .ToDictionary(pair => pair.Name, pair => NpyArray.Of(pair.model.Values.ToArray(), pair.model.Length)),
                    cancellationToken: token
                ),
            cancellationToken
        );

    internal async Task<IReadOnlyList<ParameterVector>?> LoadModelsAsync(
        ParameterLayout layout,
        int clients,
        CancellationToken cancellationToken
    )
    {
        if (await _models.NewestAsync(cancellationToken) is not { } newest)
        {
            return null;
        }
        var arrays = await NpzFile.LoadAsync(Path.Combine(newest.Folder, FileName), cancellationToken);
        return
        [
            .. Enumerable
                .Range(0, clients)
                .Select(i => new ParameterVector(layout, arrays[i.ToString(CultureInfo.InvariantCulture)].Elements<float>())),
        ];
    }
}
