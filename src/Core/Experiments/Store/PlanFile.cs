using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ResearchKit.Experiments;

/// <summary>plan.jsonl: one line a cell, <c>{"i":0,"key":"..","cell":{..}}</c>. The index is the unit of a job array.</summary>
internal static class PlanFile
{
    internal static async Task WriteAsync(ExperimentPlan plan, Stream stream, CancellationToken cancellationToken)
    {
        await using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
        foreach (PlannedCell cell in plan.Cells)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(
                string.Create(CultureInfo.InvariantCulture, $"{{\"i\":{cell.Index},\"key\":\"{cell.Key}\",\"cell\":{cell.Json}}}\n")
            );
        }
    }

    /// <summary>Reads the cells as records.</summary>
    /// <param name="path">The file.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="keys">The keys of the experiment as it is now.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ResearchKitException">RK3002: a line is damaged, or a cell has another key now than when it was planned.</exception>
    internal static async Task<IReadOnlyList<PlannedCell>> ReadAsync(
        string path,
        Experiment experiment,
        CellKey keys,
        CancellationToken cancellationToken
    )
    {
        List<PlannedCell> cells = [];
        await foreach (string line in File.ReadLinesAsync(path, cancellationToken))
        {
            PlannedCell cell = Parse(line, path, cells.Count, experiment.CellType);
            string now = keys.Of(cell.Cell, cell.Json);
            if (now != cell.Key)
            {
                throw new ResearchKitException(
                    ErrorCodes.RunDamaged,
                    $"{path}: cell {cell.Index} {cell.Json} has the key {now} now and had {cell.Key} when it was planned: "
                        + $"{experiment.Info.Id} has changed without a new version.",
                    "Mark properties that came later with [Since(version)], or raise the Version of the experiment and start a new run."
                );
            }

            cells.Add(cell);
        }

        return cells;
    }

    /// <summary>Reads keys and cells as text; a line that is damaged is left out, and its cell with it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal static async IAsyncEnumerable<(string Key, string Cell)> ReadRawAsync(
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        const string keyMark = "\"key\":\"";
        const string cellMark = "\"cell\":";
        if (!File.Exists(path))
        {
            yield break;
        }

        await foreach (string line in File.ReadLinesAsync(path, cancellationToken))
        {
            int key = line.IndexOf(keyMark, StringComparison.Ordinal);
            int cell = line.IndexOf(cellMark, StringComparison.Ordinal);
            if (key >= 0 && cell > key + keyMark.Length + 32 && line.EndsWith("}}", StringComparison.Ordinal))
            {
                yield return (line.Substring(key + keyMark.Length, 32), line[(cell + cellMark.Length)..^1]);
            }
        }
    }

    private static PlannedCell Parse(string line, string path, int index, Type cellType)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(line);
            JsonNode cell = node?["cell"] ?? throw new JsonException("there is no cell");
            string key = node["key"]?.GetValue<string>() ?? throw new JsonException("there is no key");
            object value = cell.Deserialize(cellType, ExperimentJson.Whole) ?? throw new JsonException("the cell is null");
            return new PlannedCell(index, key, value, ExperimentJson.Canonical(value, ExperimentJson.Whole));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ResearchKitException(
                ErrorCodes.RunDamaged,
                string.Create(CultureInfo.InvariantCulture, $"{path}, line {index + 1}: not a cell of this experiment ({e.Message})."),
                "Restore the file from a copy, or start a new run and take over what is whole with --import.",
                e
            );
        }
    }
}
