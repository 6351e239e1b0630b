using System.Text;
using ResearchKit.Graphs;
using ResearchKit.Storage;

namespace ResearchKit.Data;

/// <summary>An edge list as text: lines of edges that stay are copied as they are, with all that stands behind the ids; comments and self loops too.</summary>
internal sealed class TextGraphDocument(string source, LoadedGraph loaded) : GraphDocument(loaded)
{
    private static readonly HashSet<string> Others = [".GRAPHML", ".PARQUET", ".CSV", ".TSV", ".NPY", ".ADJLIST"];

    private protected override bool Keeps(string format) => !Others.Contains(format);

    private protected override Task SaveWithAttributesAsync(Graph changed, string path, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(
            path,
            async (file, token) =>
            {
                await using Stream stream = CompressedFile.CompressFor(path, file);
                await using Stream input = await CompressedFile.OpenAsync(source, token).ConfigureAwait(false);
                using var reader = new StreamReader(input, new UTF8Encoding(false));
                await using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16);
                writer.NewLine = "\n";
                var remaining = new Remaining(changed);
                string separator = "\t";
                while (await reader.ReadLineAsync(token).ConfigureAwait(false) is { } line)
                {
                    string text = line.Trim(' ', '\t', '\r');
                    int end = text.AsSpan().IndexOfAny(' ', '\t', ',');
                    if (text.Length == 0 || text[0] is '#' or '%' || end < 0)
                    {
                        await writer.WriteLineAsync(line).ConfigureAwait(false);
                        continue;
                    }

                    string first = text[..end];
                    string rest = text[end..].TrimStart(' ', '\t', ',');
                    int next = rest.AsSpan().IndexOfAny(' ', '\t', ',');
                    string second = next < 0 ? rest : rest[..next];
                    separator = text.Substring(end, text.Length - end - rest.Length);
                    if (remaining.Take(Plain(first), Plain(second)) || first == second)
                        await writer.WriteLineAsync(line).ConfigureAwait(false);
                }

                foreach ((string u, string v) in remaining.New())
                {
                    token.ThrowIfCancellationRequested();
                    await writer.WriteLineAsync($"{u}{separator}{v}").ConfigureAwait(false);
                }
            },
            cancellationToken
        );

    // A number may be written with a sign or leading zeros; ids are named as the graph names them.
    private string Plain(string id) =>
        Graph.ExternalIds is { AreNumbers: true }
        && long.TryParse(
            id,
            System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture,
            out long number
        )
            ? number.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : id;
}
