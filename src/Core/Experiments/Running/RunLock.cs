namespace ResearchKit.Experiments;

/// <summary>
/// Keeps two processes from deriving the same files at once. It merely avoids double work: derived files are pure functions of the journals and renamed into place,
/// so where locks do not work, or the other takes long, both go on.
/// </summary>
internal static class RunLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    internal static async Task<IDisposable?> AcquireAsync(string folder, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, "run.lock");
        for (TimeSpan waited = TimeSpan.Zero; waited < Patience; waited += Pause)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException)
            {
                return null; // the write that follows says what is wrong with the folder
            }
            catch (IOException)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }

        return null;
    }
}
