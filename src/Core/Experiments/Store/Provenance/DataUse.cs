using ResearchKit.Data;
using ResearchKit.Storage;

namespace ResearchKit.Experiments;

/// <summary>Describes the data sets that the cells of a plan need and that are here, with the checksums of their files.</summary>
internal static class DataUse
{
    internal static async Task<IReadOnlyList<DataInfo>> OfAsync(
        ExperimentPlan plan,
        DatasetCatalog catalog,
        CancellationToken cancellationToken
    )
    {
        List<DataInfo> used = [];
        IEnumerable<string> names = plan
            .Cells.SelectMany(c => CellTraits.NeedsOf(c.Cell))
            .Where(n => n.StartsWith(MachineResources.DataPrefix, StringComparison.Ordinal))
            .Select(n => n[MachineResources.DataPrefix.Length..])
            .Distinct()
            .Order(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (catalog.TryGetInfo(name, out _) && catalog.Find(name) is { } folder)
            {
                used.Add(await DescribeAsync(folder, cancellationToken));
            }
        }

        return used;
    }

    private static async Task<DataInfo> DescribeAsync(DatasetFolder folder, CancellationToken cancellationToken)
    {
        List<DataFileInfo> files = [];
        foreach (DatasetFile file in folder.Info.Files)
        {
            // The catalogue's sum was checked when the file was fetched; one it does not know is taken from the file that is here.
            string path = Path.Combine(folder.Path, file.Path);
            string? sum = file.Sha256 ?? (File.Exists(path) ? await Checksum.Sha256OfFileAsync(path, cancellationToken) : null);
            files.Add(new DataFileInfo(file.Path, file.Bytes ?? (File.Exists(path) ? new FileInfo(path).Length : null), sum));
        }

        return new DataInfo(folder.Info.Name, folder.Info.Version, files, Generator: null);
    }
}
