using System.Globalization;

namespace ResearchKit.Storage;

/// <summary>Turns what the file system throws while we write into one error with the path, the free space and a remedy.</summary>
internal static class WriteFailure
{
    private const int NoSpace = 28; // ENOSPC
    private const int TooBig = 27; // EFBIG
    private const int ReadOnlyFileSystem = 30; // EROFS
    private const int Quota = 122; // EDQUOT
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    public static void Guard(string path, Action action) =>
        Guard(
            path,
            () =>
            {
                action();
                return true;
            }
        );

    public static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (IsFileSystem(exception))
        {
            throw Describe(path, exception);
        }
    }

    /// <summary>The caller's own code wrote to our stream: only what can come from the disk is ours to explain.</summary>
    public static void ThrowIfDisk(string path, Exception exception)
    {
        if (
            exception is IOException
            {
                HResult: NoSpace or TooBig or ReadOnlyFileSystem or Quota or WindowsDiskFull or WindowsHandleDiskFull
            }
        )
        {
            throw Describe(path, exception);
        }
    }

    // A write beyond a file-size limit surfaces as ArgumentOutOfRangeException, not as IOException.
    public static bool IsFileSystem(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" or "length" };

    private static ResearchKitException Describe(string path, Exception exception) =>
        new(
            ErrorCodes.WriteFailed,
            $"{path} could not be written ({exception.Message.TrimEnd('.')}{FreeSpace(path)}).",
            "Free space, check the quota and the permissions of the folder, or name another folder. What stood there before is unchanged.",
            exception
        );

    public static string FreeSpace(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path));
            while (folder is not null && !Directory.Exists(folder))
            {
                folder = Path.GetDirectoryName(folder);
            }
            return folder is null
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $"; {new ByteSize(new DriveInfo(folder).AvailableFreeSpace)} free");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return ""; // an ornament of the message: the write failure itself is reported either way
        }
    }
}
