using System.CommandLine;
using ResearchKit.Audit;

namespace ResearchKit.Papers.Verbs;

/// <summary>The arguments of <c>audit run</c>.</summary>
internal sealed class AuditRunArguments
{
    private readonly Argument<string> _table = new("table")
    {
        Description = "The table: csv, tsv (compressed or not) or parquet, or - for the standard input",
        HelpName = "file",
    };
    private readonly Option<string?> _label = Column("--label", "The column of labels; without it only selection rates are compared");
    private readonly Option<string?> _prediction = Column("--prediction", "The column of answers");
    private readonly Option<string?> _score = Column("--score", "The column of scores, instead of --prediction");
    private readonly Option<double> _threshold = new("--threshold")
    {
        Description = "The score above which the answer is 1",
        HelpName = "score",
        DefaultValueFactory = _ => 0.5,
    };
    private readonly Option<string[]> _groups = new("--group")
    {
        Description = "A column of a protected attribute; may be given more than once",
        HelpName = "column",
        Required = true,
    };
    private readonly Option<string?> _weight = Column("--weight", "The column of weights");
    private readonly Option<MissingValues> _missing = new("--missing")
    {
        Description = "What becomes of rows with missing values",
        HelpName = "fail|drop|group",
        DefaultValueFactory = _ => MissingValues.Fail,
    };
    private readonly Option<string[]> _missingTexts = new("--missing-text")
    {
        Description = "A text that means missing, beside the empty one",
        HelpName = "text",
    };
    private readonly Option<string[]> _positive = new("--positive")
    {
        Description = "A text that reads as 1; all others read as 0",
        HelpName = "text",
    };
    private readonly Option<double> _epsilon = new("--epsilon")
    {
        Description = "The difference of selection rates that counts as fair",
        HelpName = "share",
        DefaultValueFactory = _ => 0.05,
    };
    private readonly Option<double?> _tau = new("--tau")
    {
        Description = "The error rate from which answers are not believed",
        HelpName = "share",
    };
    private readonly Option<int> _small = new("--small-below")
    {
        Description = "Groups of fewer rows are flagged, and not ranked",
        HelpName = "rows",
        DefaultValueFactory = _ => 30,
    };
    private readonly Option<AuditVerdict?> _expect = new("--expect")
    {
        Description = "Exit with 1 unless this is the verdict",
        HelpName = "fair|unfair|manipulated",
    };
    private readonly Option<string?> _evidence = File("--evidence", "Write all findings as JSON");
    private readonly Option<string?> _html = File("--html", "Write the findings as a page");
    private readonly Option<string?> _latex = File("--latex", "Write the findings as LaTeX tables");
    private readonly Option<string?> _endpoint = new("--endpoint")
    {
        Description = "Audit the model behind this URL: rows of the table are posted as JSON",
        HelpName = "URL",
    };
    private readonly Option<int?> _budget = new("--budget") { Description = "The most questions to the endpoint", HelpName = "n" };
    private readonly Option<string[]> _features = new("--feature")
    {
        Description = "A column that is sent; all but label and answers if none is given",
        HelpName = "column",
    };
    private readonly Option<string?> _ledger = File("--ledger", "The file of questions and answers; give it again to go on");
    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Decides which rows are asked about",
        HelpName = "number",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<double> _timeout = new("--timeout")
    {
        Description = "How long an answer is waited for",
        HelpName = "seconds",
        DefaultValueFactory = _ => 30,
    };
    private readonly Option<bool> _json = new("--json") { Description = "Answer with one JSON document" };

    public void AddTo(Command command)
    {
        command.Add(_table);
        foreach (
            Option option in new Option[]
            {
                _label,
                _prediction,
                _score,
                _threshold,
                _groups,
                _weight,
                _missing,
                _missingTexts,
                _positive,
                _epsilon,
                _tau,
                _small,
                _expect,
                _evidence,
                _html,
                _latex,
                _endpoint,
                _budget,
                _features,
                _ledger,
                _seed,
                _timeout,
                _json,
            }
        )
        {
            command.Add(option);
        }
    }

    public IEnumerable<string> Problems(ParseResult a)
    {
        bool live = a.GetResult(_endpoint) is not null;
        if (live && (a.GetValue(_budget) is null || a.GetValue(_ledger) is null))
        {
            yield return "With --endpoint give --budget and --ledger.";
        }
        if (live && !(Uri.TryCreate(a.GetValue(_endpoint), UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"))
        {
            yield return "--endpoint is a URL that begins with http:// or https://.";
        }
        if (live && (a.GetValue(_prediction) ?? a.GetValue(_score)) is not null)
        {
            yield return "With --endpoint the answers come from there: leave out --prediction and --score.";
        }
        if (!live && (a.GetValue(_prediction) is null) == (a.GetValue(_score) is null))
        {
            yield return "Give --prediction COLUMN, or --score COLUMN, or --endpoint URL.";
        }
        if (a.GetValue(_tau) is not null && a.GetValue(_label) is null)
        {
            yield return "--tau needs --label: errors are counted against labels.";
        }
    }

    public string Table(ParseResult a) => a.GetRequiredValue(_table);

    public Uri? EndpointOf(ParseResult a) => a.GetValue(_endpoint) is { } url ? new Uri(url) : null;

    public string? LedgerOf(ParseResult a) => a.GetValue(_ledger);

    public double TimeoutOf(ParseResult a) => a.GetValue(_timeout);

    public string? EvidenceFile(ParseResult a) => a.GetValue(_evidence);

    public string? HtmlFile(ParseResult a) => a.GetValue(_html);

    public string? LatexFile(ParseResult a) => a.GetValue(_latex);

    public bool AsJson(ParseResult a) => a.GetValue(_json);

    public AuditVerdict? Expected(ParseResult a) => a.GetValue(_expect);

    public TableAuditOptions TableOptions(ParseResult a) =>
        new()
        {
            Label = a.GetValue(_label),
            Prediction = a.GetValue(_prediction),
            Score = a.GetValue(_score),
            Threshold = a.GetValue(_threshold),
            Groups = a.GetRequiredValue(_groups),
            Weight = a.GetValue(_weight),
            Missing = a.GetValue(_missing),
            MissingTexts = a.GetValue(_missingTexts) ?? [],
            Positive = a.GetValue(_positive) ?? [],
            Epsilon = a.GetValue(_epsilon),
            Tau = a.GetValue(_tau),
            Table = new GroupTableOptions { SmallBelow = a.GetValue(_small) },
        };

    public EndpointAuditOptions EndpointOptions(ParseResult a) =>
        new()
        {
            Table = TableOptions(a),
            Budget = a.GetValue(_budget)!.Value,
            Features = a.GetValue(_features) ?? [],
            Seed = a.GetValue(_seed),
        };

    private static Option<string?> Column(string name, string description) => new(name) { Description = description, HelpName = "column" };

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "file" };
}
