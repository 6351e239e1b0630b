using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>The finished cells of two runs.</summary>
/// <param name="Both">Cells with equal keys.</param>
/// <param name="OnlyA">Cells that only the first has.</param>
/// <param name="OnlyB">Cells that only the second has.</param>
/// <param name="Differing">Cells of both whose rows are not the same text.</param>
internal sealed record CommonCells(int Both, int OnlyA, int OnlyB, int Differing)
{
    internal static CommonCells Of(ExperimentResult a, ExperimentResult b)
    {
        Dictionary<string, string> left = RowsByCell(a);
        Dictionary<string, string> right = RowsByCell(b);
        string[] both = [.. left.Keys.Intersect(right.Keys)];
        return new CommonCells(both.Length, left.Count - both.Length, right.Count - both.Length, both.Count(k => left[k] != right[k]));
    }

    // The table holds the rows of the finished cells in the order of the plan, without the keys.
    private static Dictionary<string, string> RowsByCell(ExperimentResult result)
    {
        Dictionary<string, string> rows = new(StringComparer.Ordinal);
        int at = 0;
        foreach (CellResult cell in result.Cells.Where(c => c.State == CellState.Done))
        {
            IEnumerable<string[]> own = Enumerable.Range(at, cell.Rows).Select(i => result.Rows.Rows[i]);
            rows[cell.Key] = string.Join('\n', own.Select(r => string.Join(',', r)));
            at += cell.Rows;
        }

        return rows;
    }
}
