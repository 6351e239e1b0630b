using ResearchKit.Data;
using ResearchKit.Graphs;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Verbs;

/// <summary>What <c>watermark fingerprint</c> and <c>identify</c> do, without a terminal.</summary>
/// <param name="standardInput">Opens the standard input, which a graph named <c>-</c> is read from.</param>
internal sealed class FingerprintFiles(Func<Stream> standardInput) : WatermarkFiles(standardInput)
{
    /// <summary>Makes a user's copy and writes it.</summary>
    public async Task<FingerprintReport> MakeAsync(
        string graphFile,
        string keyFile,
        string user,
        string outFile,
        bool force,
        CancellationToken cancellationToken
    )
    {
        KeyFile.RequireNew(outFile, force);
        FfgKey key = await KeyFile.ReadAsync(keyFile, cancellationToken);
        GraphFingerprint fingerprint = new(key);
        GraphDocument document = await OpenAsync(graphFile, cancellationToken);
        Graph graph = document.Graph;
        EmbedResult copy = await Task.Run(() => fingerprint.Embed(graph, [user], progress: null, cancellationToken)[0], cancellationToken);
        await document.SaveAsync(copy.Graph, outFile, cancellationToken);
        return new FingerprintReport(outFile, user, key.Scheme.Budget!.Value, copy.Added, copy.Removed);
    }

    /// <summary>Names users.</summary>
    public async Task<IdentifyReport> IdentifyAsync(
        string suspectFile,
        string keyFile,
        string originalFile,
        IReadOnlyList<string> users,
        string? usersFile,
        double falseAccusation,
        bool register,
        CancellationToken cancellationToken
    )
    {
        GraphFingerprint fingerprint = new(await KeyFile.ReadAsync(keyFile, cancellationToken));
        string[] more = usersFile is null ? [] : await File.ReadAllLinesAsync(usersFile, cancellationToken);
        Graph suspect = await LoadAsync(suspectFile, cancellationToken);
        Graph original = await LoadAsync(originalFile, cancellationToken);
        FingerprintIdentification found = await Task.Run(
            () =>
                fingerprint.Identify(
                    suspect,
                    original,
                    [.. users, .. more.Where(line => line.Length > 0)],
                    falseAccusation,
                    register ? new NodeRegistration() : null,
                    cancellationToken
                ),
            cancellationToken
        );
        return new IdentifyReport(found.Users, found.Threshold, found.Positions, found.Flipped, found.Ids);
    }
}
