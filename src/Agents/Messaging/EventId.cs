using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ResearchKit.Agents;

/// <summary>The id of an event on the wire: task and sequence.</summary>
internal static class EventId
{
    internal static string Of(string taskId, long sequence) => string.Create(CultureInfo.InvariantCulture, $"{taskId}-{sequence}");

    internal static bool TryParse(string? text, [NotNullWhen(true)] out string? taskId, out long sequence)
    {
        taskId = null;
        sequence = 0;
        int dash = text?.LastIndexOf('-') ?? -1;
        if (dash <= 0 || !long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out sequence))
        {
            return false;
        }
        taskId = text![..dash];
        return true;
    }
}
