using System.Text.Json;
using ResearchKit.Storage;

namespace ResearchKit.Merge;

public sealed partial class StreamingMerge
{
    private const string JobFile = "job.sha256";

    /// <summary>Where an unfinished merge into a folder stands.</summary>
    public static string WorkFolder(string output)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        return Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.merging");
    }

    /// <summary>Whether a merged folder is what this merge would write: of the same inputs, by the same algorithm, order and size.</summary>
    /// <param name="manifest">What the folder holds.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<bool> IsResultAsync(MergeManifest manifest, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest.Algorithm == _algorithm.ToString()
            && manifest.RequestedSize == _options.Size
            && manifest.Plan == _options.Plan
            && JsonSerializer.Serialize(manifest.Inputs) == JsonSerializer.Serialize(await InputsAsync(cancellationToken))
            && manifest.Blocks.Select(block => block.Name).SequenceEqual(_division.Blocks.Select(block => block.Name));
    }

    private void RequireFree(string output)
    {
        if (_tasks.Select(t => t.Model).Prepend(_base).FirstOrDefault(model => Inside(output, model)) is { } input)
        {
            throw new ArgumentException(
                $"{output} is, or holds, the input {input.Path}: inputs are never written to. Name another folder.",
                nameof(output)
            );
        }
        if (Directory.Exists(output) || File.Exists(output))
        {
            throw new ArgumentException($"{output} is already there; name another folder, or remove it.", nameof(output));
        }
    }

    private static bool Inside(string output, ICheckpoint model) =>
        model
            .Files.Select(Path.GetFullPath)
            .Append(Path.GetFullPath(model.Path))
            .Any(file => file == output || file.StartsWith(output + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    private static async Task BeginAsync(string work, string job, CancellationToken cancellationToken)
    {
        string path = Path.Combine(work, JobFile);
        if (File.Exists(path))
        {
            string found = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            if (found != job)
            {
                throw new ResearchKitException(
                    MergeErrors.OtherMerge,
                    $"{work} holds an unfinished merge of other inputs or options.",
                    "Repeat it with what it was started with, or remove that folder to begin anew."
                );
            }
            return;
        }
        if (Directory.Exists(work) && Directory.EnumerateFileSystemEntries(work).Any(entry => !Path.GetFileName(entry).StartsWith('.')))
        {
            throw new ResearchKitException(
                MergeErrors.OtherMerge,
                $"{work} is in the way and is no unfinished merge.",
                "Remove it, or name another folder."
            );
        }
        await AtomicFile.WriteTextAsync(path, job, cancellationToken);
    }

    private async Task<MergeInput[]> InputsAsync(CancellationToken cancellationToken)
    {
        List<MergeInput> inputs = [];
        foreach ((string name, ICheckpoint model) in _tasks.Prepend(("base", _base)))
        {
            List<MergeInputFile> files = [];
            foreach (string file in model.Files)
            {
                files.Add(
                    new MergeInputFile(
                        Path.GetFileName(file),
                        new FileInfo(file).Length,
                        _options.HashInputs ? await Checksum.Sha256OfFileAsync(file, cancellationToken) : null
                    )
                );
            }
            inputs.Add(new MergeInput(name, Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Path)), files));
        }
        return [.. inputs];
    }

    private static void CopyCompanions(string work, IReadOnlyDictionary<string, IReadOnlyList<string>>? companions)
    {
        foreach ((string owner, IReadOnlyList<string> files) in companions ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            string folder = Path.Combine(work, "files", owner);
            foreach (string file in files)
            {
                Directory.CreateDirectory(folder);
                using FileStream from = File.OpenRead(file);
                AtomicFile.Write(Path.Combine(folder, Path.GetFileName(file)), from.CopyTo);
            }
        }
    }
}
