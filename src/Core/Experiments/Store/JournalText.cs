using System.Globalization;
using System.Text;

namespace ResearchKit.Experiments;

/// <summary>The lines of a journal that are no rows. A journal is CSV; these lines begin with <c>#</c>, so other readers skip them.</summary>
internal static class JournalText
{
    internal const int Schema = 1;
    internal const string Magic = "#researchkit-journal ";

    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    internal static string Head(ExperimentInfo experiment, string columns, string writer) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Magic}{Schema} experiment={experiment.Id} version={experiment.Version} schema={SchemaHash(columns)} writer={writer}\n{columns}\n"
        );

    internal static string Begin(string key, int attempt, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"#begin {key} attempt={attempt} at={Stamp(at)}\n");

    internal static string End(string key, int attempt, int rows, string hash, double milliseconds, IReadOnlyList<Artifact> artifacts)
    {
        StringBuilder line = new();
        line.Append(
            CultureInfo.InvariantCulture,
            $"#end {key} attempt={attempt} rows={rows} xxh128={hash} ms={Math.Round(milliseconds, 3).ToString(CultureInfo.InvariantCulture)}"
        );
        for (int i = 0; i < artifacts.Count; i++)
        {
            Artifact artifact = artifacts[i];
            line.Append(i == 0 ? " artifacts=" : ",")
                .Append(CultureInfo.InvariantCulture, $"{Uri.EscapeDataString(artifact.Name)}:{artifact.Bytes}:{artifact.Sha256}");
        }

        return line.Append('\n').ToString();
    }

    internal static string Fail(string key, int attempt, DateTimeOffset at, Exception exception) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"#fail {key} attempt={attempt} at={Stamp(at)} error=\"{Escape(FailureText.Of(exception))}\" stack=\"{Escape(HomePath.Hide(exception.StackTrace ?? ""))}\"\n"
        );

    /// <summary>The hash of the columns that stands in the first line, so that a damaged second line is noticed.</summary>
    /// <param name="columns">The line of the columns, without its end.</param>
    internal static string SchemaHash(string columns) => Storage.Checksum.Sha256(Encoding.UTF8.GetBytes(columns))[..8];

    internal static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    /// <summary>Splits <c>name=value name="text"</c>; false if the text is not of that form.</summary>
    /// <param name="text">The attributes of a line.</param>
    /// <param name="values">The values by name.</param>
    internal static bool TryAttributes(string text, out Dictionary<string, string> values)
    {
        values = new Dictionary<string, string>(StringComparer.Ordinal);
        int at = 0;
        while (at < text.Length)
        {
            int equals = text.IndexOf('=', at);
            if (equals <= at)
            {
                return false;
            }

            string name = text[at..equals];
            at = equals + 1;
            if (at < text.Length && text[at] == '"')
            {
                if (!TryUnescape(text, ref at, out string quoted))
                {
                    return false;
                }

                values[name] = quoted;
            }
            else
            {
                int blank = text.IndexOf(' ', at);
                int end = blank < 0 ? text.Length : blank;
                values[name] = text[at..end];
                at = end;
            }

            if (at < text.Length && text[at++] != ' ')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads the files of an end line, <c>name:bytes:sha256</c> with commas between.</summary>
    /// <param name="text">The text, or null if the cell kept none.</param>
    /// <param name="artifacts">The files.</param>
    internal static bool TryArtifacts(string? text, out IReadOnlyList<Artifact> artifacts)
    {
        List<Artifact> list = [];
        artifacts = list;
        foreach (string part in text?.Split(',') ?? [])
        {
            if (
                part.Split(':') is not [var name, var size, { Length: 64 } hash]
                || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            )
            {
                return false;
            }

            list.Add(new Artifact(Uri.UnescapeDataString(name), bytes, hash));
        }

        return true;
    }

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture);

    private static string Escape(string text) =>
        new StringBuilder(text).Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\r", "\\r").Replace("\n", "\\n").ToString();

    private static bool TryUnescape(string text, ref int at, out string value)
    {
        StringBuilder plain = new();
        for (int i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                at = i + 1;
                value = plain.ToString();
                return true;
            }

            plain.Append(
                text[i] != '\\' ? text[i]
                : ++i == text.Length ? '\\'
                : text[i] switch
                {
                    'n' => '\n',
                    'r' => '\r',
                    var c => c,
                }
            );
        }

        value = "";
        return false;
    }
}
