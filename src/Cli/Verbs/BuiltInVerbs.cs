namespace ResearchKit.Cli;

/// <summary>The verbs of every application, in the order of the help text.</summary>
internal static class BuiltInVerbs
{
    internal static IReadOnlyList<IVerb> All =>
        [
            new ListVerb(),
            new DescribeVerb(),
            new RunVerb(),
            new ReproduceVerb(),
            new StatusVerb(),
            new RowsVerb(),
            new ReportVerb(),
            new CompareVerb(),
            new ClaimsVerb(),
            new CiteVerb(),
            new DataVerb(),
            new DoctorVerb(),
        ];
}
