using System.Text;
using ResearchKit.Storage;
using ResearchKit.Watermark;

namespace ResearchKit.Papers.Verbs;

/// <summary>Keys on disk: readable by their owner alone, written whole or not at all, never overwritten by accident.</summary>
internal static class KeyFile
{
    /// <summary>Writes a key.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key.</param>
    /// <param name="force">Whether a file that is there is replaced.</param>
    /// <param name="cancellationToken">Cancels until the rename.</param>
    /// <exception cref="ArgumentException">The file is there and may not be replaced.</exception>
    public static async Task WriteAsync(string path, FfgKey key, bool force, CancellationToken cancellationToken)
    {
        RequireNew(path, force);
        await AtomicFile.WriteAsync(
            path,
            async (stream, token) =>
            {
                // Before the secret is in it.
                if (!OperatingSystem.IsWindows() && stream is FileStream file)
                {
                    File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }
                await stream.WriteAsync(Encoding.UTF8.GetBytes(key.ToJson() + "\n"), token);
            },
            cancellationToken
        );
    }

    /// <summary>Reads a key.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">The file is no key.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<FfgKey> ReadAsync(string path, CancellationToken cancellationToken) =>
        FfgKey.FromJson(await File.ReadAllTextAsync(path, cancellationToken), path);

    /// <summary>Reads a secret: 32 bytes as they are, or 64 hexadecimal digits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">The file holds neither.</exception>
    public static async Task<byte[]> ReadSecretAsync(string path, CancellationToken cancellationToken)
    {
        byte[] bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        if (bytes.Length == FfgKey.SecretBytes)
        {
            return bytes;
        }
        string text = Encoding.ASCII.GetString(bytes).Trim();
        if (text.Length == 2 * FfgKey.SecretBytes && text.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(text);
        }
        throw new MalformedFileException(
            path,
            $"{FfgKey.SecretBytes} bytes, or {2 * FfgKey.SecretBytes} hexadecimal digits",
            $"{bytes.Length} bytes"
        );
    }

    /// <summary>Refuses to replace a file.</summary>
    /// <exception cref="ArgumentException">The file is there and may not be replaced.</exception>
    public static void RequireNew(string path, bool force)
    {
        if (!force && File.Exists(path))
        {
            throw new ArgumentException($"{path} is there already; name another file, or give --force to replace it.");
        }
    }
}
