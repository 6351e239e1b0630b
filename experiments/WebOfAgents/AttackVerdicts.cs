using System.ComponentModel;
using System.Runtime.CompilerServices;
using ResearchKit.Experiments;
using ResearchKit.Metrics;

namespace ResearchKit.Papers.WebOfAgents;

/// <summary>Attacks that were seen on agents elsewhere, carried out against hosts as they come, without a setting changed: who stops what by default.</summary>
[Experiment("woa/security", Paper = "arXiv:2505.21550", Shows = "Which attacks are stopped by default")]
public sealed class AttackVerdicts : Experiment<AttackVerdicts.Options, AttackVerdicts.Cell, AttackVerdicts.Row>
{
    private const string NotInPaper = "the paper names trust and safety as open; it has no experiments";

    /// <summary>The options.</summary>
    public sealed record Options : ExperimentOptions
    {
        /// <summary>The attacks.</summary>
        [PlanOnly]
        [Description("the attacks, by name; empty: all")]
        public IReadOnlyList<string> Attacks { get; init; } = [];
    }

    /// <summary>An attack.</summary>
    /// <param name="System">Who is attacked: woa or mcp-sdk (the C# SDK's host as it comes).</param>
    /// <param name="Attack">The attack.</param>
    public sealed record Cell(string System, string Attack);

    /// <summary>The verdict.</summary>
    /// <param name="Stopped">1 if the attack was stopped, else 0.</param>
    /// <param name="How">What was seen.</param>
    public sealed record Row(int Stopped, string How);

    /// <inheritdoc/>
    public override Options For(Scale scale) => new() { Seeds = [1] };

    /// <inheritdoc/>
    public override IEnumerable<Cell> Plan(Options options) =>
        AttackCatalog
            .All.Keys.Where(k => options.Attacks.Count == 0 || options.Attacks.Contains(k.Attack))
            .Select(k => new Cell(k.System, k.Attack));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Row> MeasureAsync(
        Cell cell,
        CellContext<Options> context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        (bool stopped, string how) = await AttackCatalog.All[(cell.System, cell.Attack)](limit.Token);
        yield return new Row(stopped ? 1 : 0, how);
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> Draw(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        if (rows.Count == 0)
        {
            yield break;
        }
        string[] attacks = [.. rows.Select(r => r.Cell.Attack).Distinct()];
        yield return new Figure
        {
            Id = "verdicts",
            Title = "Stopped by default",
            Caption =
                "1: stopped. Systems are hosts as they come; an attack that does not apply to one is not carried out. Not a figure of the paper.",
            X = new Axis("Attack") { Categories = attacks },
            Y = new Axis("Stopped") { Minimum = 0, Maximum = 1 },
            Series =
            [
                .. rows.GroupBy(r => r.Cell.System)
                    .Select(s => new Series(
                        s.Key,
                        SeriesKind.Bar,
                        [.. s.Select(r => new SeriesPoint(Array.IndexOf(attacks, r.Cell.Attack), r.Row.Stopped))]
                    )),
            ],
        };
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Judge(IReadOnlyList<Measured<Cell, Row>> rows)
    {
        Row[] ours = [.. rows.Where(r => r.Cell.System == "woa").Select(r => r.Row)];
        yield return Claim
            .Exact("all-stopped", "Attacks on this library's host and clients, as they come, that were not stopped")
            .StatedWithoutNumber(NotInPaper)
            .Because("the defaults are the secure ones")
            .Measured(
                ours.Length == 0
                    ? null
                    : new Estimate(
                        ours.Count(r => r.Stopped == 0),
                        ours.Count(r => r.Stopped == 0),
                        ours.Count(r => r.Stopped == 0),
                        0,
                        1,
                        IntervalMethod.Deterministic
                    )
            );
    }
}
