using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Data;

namespace ResearchKit.Papers.Verbs;

/// <summary>Ways of dividing rows, as written on the command line.</summary>
internal static class PartitionText
{
    private const string Allowed = "iid, dirichlet:ALPHA, shards:N, classes:N, quantity:ALPHA, column:NAME";

    /// <summary>The partitioner of a text; null for <c>column:NAME</c>, where the data decide.</summary>
    public static IPartitioner? Parse(string text, out string? column)
    {
        string[] parts = text.Split(':', 2);
        column = parts is ["column", { Length: > 0 } name] ? name : null;
        return parts switch
        {
            ["iid"] => new IidPartitioner(),
            ["dirichlet", var alpha] => new BalancedDirichletPartitioner(Number(alpha, text)),
            ["shards", var count] => new ShardPartitioner(Count(count, text)),
            ["classes", var count] => new ClassesPerClientPartitioner(Count(count, text)),
            ["quantity", var alpha] => new QuantityPartitioner(Number(alpha, text)),
            ["column", { Length: > 0 }] => null,
            _ => throw Wrong(text),
        };
    }

    private static double Number(string value, string text) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Wrong(text);

    private static int Count(string value, string text) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw Wrong(text);

    private static UsageException Wrong(string text) => new($"--partition = {text}; allowed are {Allowed}.");
}
