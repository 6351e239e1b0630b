using System.Globalization;

namespace ResearchKit.Cli;

/// <summary>A condition on a column of rows: <c>Skew=0.9</c>, <c>LatencyMs&lt;20</c>, <c>System!=FIFO</c>.</summary>
/// <param name="Column">The column.</param>
/// <param name="Operator">One of = != &lt; &lt;= &gt; &gt;=.</param>
/// <param name="Value">What it is compared with.</param>
internal sealed record RowCondition(string Column, string Operator, string Value)
{
    // The longer ones first, or "<=" would be read as "<" with the value "=...".
    private static readonly string[] Operators = ["!=", "<=", ">=", "=", "<", ">"];

    internal static RowCondition? TryParse(string text)
    {
        int at = text.AsSpan().IndexOfAny("!=<>");
        string? found = at <= 0 ? null : Operators.FirstOrDefault(o => text.AsSpan(at).StartsWith(o));
        return found is null ? null : new RowCondition(text[..at].Trim(), found, text[(at + found.Length)..].Trim());
    }

    internal bool Holds(string field)
    {
        bool isNumber = TryNumber(field, out double left) & TryNumber(Value, out double right);
        return Operator switch
        {
            "=" => isNumber ? left == right : field.Equals(Value, StringComparison.OrdinalIgnoreCase),
            "!=" => isNumber ? left != right : !field.Equals(Value, StringComparison.OrdinalIgnoreCase),
            "<" => isNumber && left < right,
            "<=" => isNumber && left <= right,
            ">" => isNumber && left > right,
            _ => isNumber && left >= right,
        };
    }

    internal bool ComparesByOrder => Operator is not ("=" or "!=");

    internal bool HasNumber => TryNumber(Value, out _);

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
