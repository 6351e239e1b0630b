using System.Security.Cryptography;

namespace ResearchKit.Experiments;

/// <summary>
/// Files that a cell keeps beside its rows. They are written into a temporary folder, which is renamed when the cell ends:
/// the artifacts of a cell are either all there or not at all.
/// </summary>
/// <remarks>Files may be written from several threads; one name only once.</remarks>
public sealed class ArtifactFolder
{
    private readonly string folder;
    private readonly string temporary;
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);

    internal ArtifactFolder(string folder, string writer) => (this.folder, temporary) = (folder, $"{folder}.{writer}.part");

    /// <summary>Opens a new file for writing. The caller disposes it before the cell ends.</summary>
    /// <param name="name">A plain file name.</param>
    /// <exception cref="ArgumentException">The name is empty, holds a separator, or was used before in this cell.</exception>
    public Stream Create(string name)
    {
        if (string.IsNullOrEmpty(name) || name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || name is "." or "..")
        {
            throw new ArgumentException($"The artifact name '{name}' is not a plain file name.", nameof(name));
        }

        lock (names)
        {
            if (!names.Add(name))
            {
                throw new ArgumentException(
                    $"The artifact '{name}' was already written in this cell; give each file its own name.",
                    nameof(name)
                );
            }
        }

        Directory.CreateDirectory(temporary);
        return new FileStream(Path.Combine(temporary, name), FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    /// <summary>Renames the folder into place, unless another writer was first with the same cell, and says what it holds.</summary>
    internal IReadOnlyList<Artifact> Commit()
    {
        if (!Directory.Exists(temporary))
        {
            return [];
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(temporary, recursive: true);
        }
        else
        {
            Directory.Move(temporary, folder);
        }

        // What is recorded is what lies there, whoever wrote it.
        List<Artifact> artifacts = [];
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            using FileStream stream = File.OpenRead(path);
            artifacts.Add(new Artifact(Path.GetFileName(path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream))));
        }

        return artifacts;
    }

    /// <summary>Removes what an unfinished cell wrote.</summary>
    internal void Discard()
    {
        if (Directory.Exists(temporary))
        {
            Directory.Delete(temporary, recursive: true);
        }
    }
}

/// <summary>A file that a cell kept.</summary>
/// <param name="Name">The file name.</param>
/// <param name="Bytes">The size.</param>
/// <param name="Sha256">The checksum, 64 hex digits.</param>
internal sealed record Artifact(string Name, long Bytes, string Sha256);
