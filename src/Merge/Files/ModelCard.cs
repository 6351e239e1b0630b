using System.Globalization;
using System.Text;
using ResearchKit.Storage;

namespace ResearchKit.Merge;

/// <summary>The README of a merged folder: what it is, how it was made, of what.</summary>
internal static class ModelCard
{
    public static string Of(MergeManifest manifest)
    {
        StringBuilder card = new();
        card.Append(CultureInfo.InvariantCulture, $"# {manifest.Tasks.Count} models in the size of {manifest.Size:0.###}\n\n");
        card.Append("Merged block by block with FlexMerge (arXiv:2505.23209). `flexmerge.json` says which tasks share which blocks.\n\n");
        card.Append("To get an ordinary model of one task: `researchkit merge materialize DIR --task NAME --out FOLDER`.\n\n");
        card.Append(CultureInfo.InvariantCulture, $"- algorithm: `{manifest.Algorithm}`\n");
        card.Append(CultureInfo.InvariantCulture, $"- order: {manifest.Plan.Order}, similarity of groups: {manifest.Plan.Similarity}\n");
        card.Append(CultureInfo.InvariantCulture, $"- tasks: {string.Join(", ", manifest.Tasks)}\n");
        card.Append(
            CultureInfo.InvariantCulture,
            $"- size: {manifest.Size:0.####} models asked for {manifest.RequestedSize:0.####}; {manifest.SizeBesideBase:0.####} beside the base; {new ByteSize(manifest.Bytes)}\n"
        );
        card.Append(
            CultureInfo.InvariantCulture,
            $"- blocks: {manifest.Blocks.Count}, versions stored: {manifest.Blocks.Sum(block => block.Groups.Count)}\n\n"
        );
        card.Append("## Inputs\n\n| input | file | bytes | SHA-256 |\n|---|---|---|---|\n");
        foreach (MergeInput input in manifest.Inputs)
        {
            foreach (MergeInputFile file in input.Files)
            {
                card.Append(
                    CultureInfo.InvariantCulture,
                    $"| {input.Name} | {file.Name} | {file.Bytes} | {file.Sha256 ?? "not computed"} |\n"
                );
            }
        }
        if (manifest.Notes.Count > 0)
        {
            card.Append("\n## Remarks\n\n");
            foreach (string note in manifest.Notes)
            {
                card.Append(CultureInfo.InvariantCulture, $"- {note}\n");
            }
        }
        return card.ToString();
    }
}
