using System.Globalization;

namespace ResearchKit.Experiments;

/// <summary>Names of writers: UTC time to the millisecond, host, process, and <c>local</c> or the array task. Nothing but the uniqueness of the file rests on them.</summary>
internal static class WriterId
{
    internal static string Of(DateTimeOffset time, string origin, int attempt) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{time.UtcDateTime:yyyyMMdd'T'HHmmssfff}-{Clean(Host())}-{System.Environment.ProcessId}-{origin}{(attempt == 1 ? "" : $"-{attempt}")}"
        );

    internal static string Host() => System.Environment.MachineName;

    private static string Clean(string host)
    {
#pragma warning disable CA1308 // the format of the name asks for lower case
        char[] clean = [.. host.ToLowerInvariant().Select(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') ? c : '-')];
#pragma warning restore CA1308
        return clean.Length == 0 ? "host" : new string(clean);
    }
}
