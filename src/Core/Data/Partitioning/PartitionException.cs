using System.Globalization;

namespace ResearchKit.Data;

/// <summary>Rows could not be divided among clients as asked.</summary>
public sealed class PartitionException : ResearchKitException
{
    /// <summary>Reports it.</summary>
    /// <param name="reason">What could not be satisfied.</param>
    /// <param name="attempts">How many attempts were made.</param>
    /// <param name="smallestSize">The size of the smallest client in the last attempt that was completed; null if none was.</param>
    /// <param name="remedy">What to do.</param>
    public PartitionException(string reason, int attempts, int? smallestSize, string remedy)
        : base(
            ErrorCodes.PartitionImpossible,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{reason} ({attempts} attempts, smallest client {(smallestSize is { } size ? $"{size} rows" : "unknown: no attempt was completed")})"
            ),
            remedy
        )
    {
        Attempts = attempts;
        SmallestSize = smallestSize;
    }

    /// <summary>How many attempts were made.</summary>
    public int Attempts { get; }

    /// <summary>The size of the smallest client in the last attempt that was completed; null if none was.</summary>
    public int? SmallestSize { get; }
}
