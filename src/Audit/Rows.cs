namespace ResearchKit.Audit;

/// <summary>Checks of columns that belong together: equal lengths, answers of 0 and 1, scores in [0, 1]. The message has the first wrong row.</summary>
internal static class Rows
{
    public static void RequireEqual(int expected, string expectedName, int found, string name)
    {
        if (expected != found)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{expectedName} has {expected} rows, {name} has {found}; both describe the same rows."),
                name
            );
        }
    }

    public static void RequireSome(int rows, string name)
    {
        if (rows == 0)
        {
            throw new ArgumentException($"{name} has 0 rows; an audit needs at least one.", name);
        }
    }

    public static void RequireBinary(ReadOnlySpan<byte> values, string name)
    {
        int at = values.IndexOfAnyExceptInRange((byte)0, (byte)1);
        if (at >= 0)
        {
            throw new ArgumentException(FormattableString.Invariant($"{name}[{at}] is {values[at]}; the values are 0 and 1."), name);
        }
    }

    public static void RequireShares(ReadOnlySpan<double> values, string name)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= 0 && values[i] <= 1))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"{name}[{i}] is {values[i]}; a score is a probability in [0, 1]."),
                    name
                );
            }
        }
    }

    public static double RequireIn(double value, double low, double high, string name) =>
        value >= low && value <= high
            ? value
            : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} lies in [{low}, {high}]."));

    public static double RequireNotNegative(double value, string name) =>
        value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is finite and not negative.");

    /// <summary>tau lies in (0, 1].</summary>
    public static double RequireTau(double tau) =>
        tau > 0 && tau <= 1
            ? tau
            : throw new ArgumentOutOfRangeException(nameof(tau), tau, "A threshold on the error rate lies in (0, 1].");
}
