namespace ResearchKit.Experiments;

/// <summary>Replaces the home folder in texts by <c>~</c>: a run that is published names no user.</summary>
internal static class HomePath
{
    private static readonly string Home = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);

    internal static string Hide(string text) => Home.Length > 1 ? text.Replace(Home, "~", StringComparison.Ordinal) : text;
}
