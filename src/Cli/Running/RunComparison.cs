using System.Text.Json.Nodes;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>Two runs side by side.</summary>
internal sealed record RunComparison
{
    private static readonly string[] Compared = ["version", "scale", "options", "researchKit", "runtime", "machine", "native", "data"];

    public required string A { get; init; }

    public required string B { get; init; }

    /// <summary>What was set or found otherwise, options first.</summary>
    public required IReadOnlyList<SettingDifference> Settings { get; init; }

    public required int CommonCells { get; init; }

    public required int OnlyA { get; init; }

    public required int OnlyB { get; init; }

    /// <summary>Cells done in both whose rows are not the same text.</summary>
    public required int DifferingCells { get; init; }

    public required IReadOnlyList<ClaimChange> Claims { get; init; }

    internal static RunComparison Of(ExperimentResult a, ExperimentResult b)
    {
        Dictionary<string, string> rowsA = RowsByCell(a);
        Dictionary<string, string> rowsB = RowsByCell(b);
        string[] common = [.. rowsA.Keys.Intersect(rowsB.Keys)];
        return new RunComparison
        {
            A = $"{a.Experiment.Id} run {a.RunId}",
            B = $"{b.Experiment.Id} run {b.RunId}",
            Settings = [.. SettingsOf(a.Manifest, b.Manifest)],
            CommonCells = common.Length,
            OnlyA = rowsA.Count - common.Length,
            OnlyB = rowsB.Count - common.Length,
            DifferingCells = common.Count(k => rowsA[k] != rowsB[k]),
            Claims = [.. ClaimsOf(a, b)],
        };
    }

    private static IEnumerable<SettingDifference> SettingsOf(JsonObject a, JsonObject b)
    {
        IEnumerable<SettingDifference> all = Compared.SelectMany(name => Differences(name, a[name], b[name]));
        return all.OrderBy(d => d.Name.StartsWith("options", StringComparison.Ordinal) ? 0 : 1);
    }

    private static IEnumerable<SettingDifference> Differences(string name, JsonNode? a, JsonNode? b)
    {
        if (a is JsonObject left && b is JsonObject right)
        {
            // The load and the free memory of the moment differ between any two runs.
            return left.Select(m => m.Key)
                .Union(right.Select(m => m.Key))
                .Where(k => k is not ("loadAverage" or "dirtyDiffSha256"))
                .SelectMany(k => Differences($"{name}.{k}", left[k], right[k]));
        }

        return JsonNode.DeepEquals(a, b) ? [] : [new SettingDifference(name, a?.ToJsonString() ?? "", b?.ToJsonString() ?? "")];
    }

    private static Dictionary<string, string> RowsByCell(ExperimentResult result)
    {
        Dictionary<string, string> rows = new(StringComparer.Ordinal);
        int at = 0;
        foreach (CellResult cell in result.Cells.Where(c => c.State == CellState.Done))
        {
            rows[cell.Key] = string.Join('\n', result.Rows.Rows.Skip(at).Take(cell.Rows).Select(r => string.Join(',', r)));
            at += cell.Rows;
        }

        return rows;
    }

    private static IEnumerable<ClaimChange> ClaimsOf(ExperimentResult a, ExperimentResult b)
    {
        foreach (string id in a.Claims.Concat(b.Claims).Select(c => c.Claim.Id).Distinct())
        {
            JudgedClaim? left = a.Claims.FirstOrDefault(c => c.Claim.Id == id);
            JudgedClaim? right = b.Claims.FirstOrDefault(c => c.Claim.Id == id);
            string oursA = left is null ? "" : ClaimsTable.Ours(left.Claim);
            string oursB = right is null ? "" : ClaimsTable.Ours(right.Claim);
            yield return new ClaimChange(id, left?.Verdict, right?.Verdict, oursA, oursB, Change(left?.Claim, right?.Claim));
        }
    }

    private static string Change(Claim? a, Claim? b) =>
        (a?.Estimate, b?.Estimate) switch
        {
            ({ } x, { } y) when x.Value.Equals(y.Value) => "none",
            ({ } x, { } y) when x.Value == 0 => $"{Signed(y.Value - x.Value)}",
            ({ } x, { } y) => $"{Signed(y.Value - x.Value)} ({Signed((y.Value - x.Value) / Math.Abs(x.Value) * 100)} %){(x.High < y.Low || y.High < x.Low ? ", intervals apart" : "")}",
            _ => "",
        };

    private static string Signed(double value) => value > 0 ? $"+{Numbers.Of(value)}" : Numbers.Of(value);
}

/// <summary>Something that was set or found otherwise.</summary>
/// <param name="Name">Its place in the manifest.</param>
/// <param name="A">Its value in the first run.</param>
/// <param name="B">Its value in the second.</param>
internal sealed record SettingDifference(string Name, string A, string B);

/// <summary>A claim in two runs.</summary>
/// <param name="Claim">Its id.</param>
/// <param name="VerdictA">The verdict in the first run; null if it has no such claim.</param>
/// <param name="VerdictB">The verdict in the second.</param>
/// <param name="A">The value in the first run.</param>
/// <param name="B">The value in the second.</param>
/// <param name="Change">How it changed.</param>
internal sealed record ClaimChange(string Claim, Verdict? VerdictA, Verdict? VerdictB, string A, string B, string Change);
