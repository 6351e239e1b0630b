using System.Globalization;

namespace ResearchKit.Cli;

/// <summary>Where the stack of an unexpected error is kept, if no log file was asked for.</summary>
internal static class CrashLog
{
    /// <summary>Writes the error with its stack.</summary>
    /// <returns>The file, or null if it could not be written (the error itself must still be shown).</returns>
    internal static string? Write(Exception exception, IReadOnlyList<string> arguments, DateTimeOffset now)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd-HHmmss}-{Environment.ProcessId}.log");
        string text = $"{string.Join(' ', arguments)}{Environment.NewLine}{exception}{Environment.NewLine}";
        string local = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify
        );
        foreach (string root in (IEnumerable<string>)[local, Path.GetTempPath()])
        {
            try
            {
                string folder = Path.Combine(root, "researchkit", "logs");
                Directory.CreateDirectory(folder);
                string path = Path.Combine(folder, name);
                File.WriteAllText(path, text);
                return path;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // The next place, then none: a log that cannot be written must not hide the error.
            }
        }

        return null;
    }
}
