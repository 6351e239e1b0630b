namespace ResearchKit.Storage;

/// <summary>Names beside a target that no other process and no other thread uses: process id, counter, and creation that fails if the name is taken.</summary>
internal static class TemporaryName
{
    private static long _counter;

    public static (string Temporary, FileStream Stream) CreateFile(string target, FileOptions options)
    {
        while (true)
        {
            var temporary = Next(target);
            if (Path.Exists(temporary))
            {
                continue;
            }
            try
            {
                return (temporary, new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, options));
            }
            catch (IOException) when (Path.Exists(temporary))
            {
                // Another machine with the same process id on a shared file system was quicker: take the next name.
            }
        }
    }

    public static string CreateFolder(string target)
    {
        while (true)
        {
            var temporary = Next(target);
            if (!Path.Exists(temporary))
            {
                Directory.CreateDirectory(temporary);
                return temporary;
            }
        }
    }

    public static void DeleteFile(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report; a *.tmp file that stays is never read.
        }
    }

    public static void DeleteFolder(string temporary)
    {
        try
        {
            Directory.Delete(temporary, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
    }

    private static string Next(string target)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        var name = Path.GetFileName(full);
        // File names end at 255 bytes: a long name is cut, 40 UTF-16 units are at most 120 bytes of UTF-8.
        var start = name.Length <= 40 ? name : name[..(char.IsHighSurrogate(name[39]) ? 39 : 40)];
        return Path.Combine(Path.GetDirectoryName(full)!, $".{start}.{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}.tmp");
    }
}
