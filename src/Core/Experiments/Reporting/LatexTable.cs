using System.Text;

namespace ResearchKit.Experiments;

/// <summary>Tables for papers, with the rules of the package booktabs.</summary>
public static class LatexTable
{
    /// <summary>A table.</summary>
    /// <param name="alignment">What stands in <c>\begin{tabular}{...}</c>, for example <c>lrr</c>.</param>
    /// <param name="header">The names of the columns.</param>
    /// <param name="rows">The rows, as text; what LaTeX would read as commands is escaped.</param>
    public static string Of(string alignment, IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        ArgumentException.ThrowIfNullOrEmpty(alignment);
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(rows);
        StringBuilder table = new();
        table.Append("% \\usepackage{booktabs}\n\\begin{tabular}{").Append(alignment).Append("}\n\\toprule\n");
        Line(header);
        table.Append("\\midrule\n");
        foreach (IEnumerable<string> row in rows)
        {
            Line(row);
        }

        return table.Append("\\bottomrule\n\\end{tabular}\n").ToString();

        void Line(IEnumerable<string> fields) => table.AppendJoin(" & ", fields.Select(Escape)).Append(" \\\\\n");
    }

    /// <summary>Text in which LaTeX reads no commands.</summary>
    /// <param name="text">The text.</param>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder latex = new();
        foreach (char c in text)
        {
            _ = c switch
            {
                '\\' => latex.Append("\\textbackslash{}"),
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => latex.Append('\\').Append(c),
                '~' => latex.Append("\\textasciitilde{}"),
                '^' => latex.Append("\\textasciicircum{}"),
                '<' => latex.Append("\\textless{}"),
                '>' => latex.Append("\\textgreater{}"),
                '\u2009' => latex.Append("\\,"),
                '\u2013' => latex.Append("--"),
                '\u2212' => latex.Append("$-$"),
                '\u00D7' => latex.Append("$\\times$"),
                '\n' or '\r' => latex.Append(' '),
                _ => latex.Append(c),
            };
        }

        return latex.ToString();
    }
}
