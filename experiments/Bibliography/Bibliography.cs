using System.Reflection;

namespace ResearchKit.Papers;

/// <summary>BibTeX entries of the papers, one file each, named by the arXiv number.</summary>
internal static class Bibliography
{
    private const string Ending = ".bib";

    /// <summary>The entries by paper, named as in the experiments' attributes.</summary>
    internal static IEnumerable<(string Paper, string BibTeX)> All
    {
        get
        {
            Assembly assembly = typeof(Bibliography).Assembly;
            foreach (string name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(Ending, StringComparison.Ordinal)))
            {
                using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
                yield return ($"arXiv:{name[..^Ending.Length]}", reader.ReadToEnd());
            }
        }
    }
}
