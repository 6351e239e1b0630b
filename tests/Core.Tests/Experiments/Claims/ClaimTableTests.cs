using System.Text.Json;
using System.Xml.Linq;
using ResearchKit.Experiments;

namespace ResearchKit.Core.Tests.Experiments;

public class ClaimTableTests
{
    private static readonly IReadOnlyList<JudgedClaim> Claims = ReportExamples.Claims;

    [Test]
    public void Json_carries_everything()
    {
        using JsonDocument json = JsonDocument.Parse(ClaimTable.Json(Claims));
        JsonElement[] claims = [.. json.RootElement.GetProperty("claims").EnumerateArray()];
        Assert.That(json.RootElement.GetProperty("schema").GetInt32(), Is.EqualTo(1));
        Assert.That(claims.Select(c => c.GetProperty("verdict").GetString()), Is.EqualTo(Claims.Select(c => c.Verdict.ToString())));
        Assert.That(claims[0].GetProperty("published").GetProperty("high").GetDouble(), Is.EqualTo(1.7));
        Assert.That(claims[0].GetProperty("estimate").GetProperty("low").GetDouble(), Is.EqualTo(1.48));
        Assert.That(claims[0].GetProperty("band").GetProperty("atMost").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(claims[^2].GetProperty("parts").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public void Json_names_numbers_that_are_not_finite()
    {
        JudgedClaim nan = Claims[0] with
        {
            Claim = Claims[0].Claim.Measured(new(double.NaN, double.NaN, double.PositiveInfinity, 0, 3, default)),
        };
        using JsonDocument json = JsonDocument.Parse(ClaimTable.Json([nan]));
        JsonElement estimate = json.RootElement.GetProperty("claims")[0].GetProperty("estimate");
        Assert.That(estimate.GetProperty("value").GetString(), Is.EqualTo("NaN"));
        Assert.That(estimate.GetProperty("high").GetString(), Is.EqualTo("Infinity"));
    }

    [Test]
    public void Markdown_keeps_its_columns_whatever_the_text()
    {
        JudgedClaim piped = Claims[0] with { Claim = Claims[0].Claim.Because("x"), Why = "a | b\nc" };
        string[] lines = ClaimTable.Markdown([piped with { Verdict = Verdict.Consistent }, Claims[5]]).TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(4));
        Assert.That(lines.Select(l => l.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')), Is.All.EqualTo(8));
        Assert.That(lines[2], Does.Contain("\u2248 Consistent").And.Contain("1.37\u20131.7, abstract").And.Contain("1.52 [1.48, 1.55]"));
        Assert.That(lines[3], Does.Not.Contain("<script>"));
    }

    [Test]
    public void Latex_is_booktabs_with_special_characters_escaped()
    {
        string latex = ClaimTable.Latex(Claims);
        Assert.That(latex, Does.Contain("\\toprule").And.Contain("\\midrule").And.Contain("\\bottomrule"));
        Assert.That(
            latex,
            Does.Contain(
                "HarMoEny over the next best system at 90 \\% skew & 1.37--1.7 & 1.52 [1.48, 1.55] & at least 1.3 & Confirmed \\\\"
            )
        );
        Assert.That(latex, Does.Contain("\\textless{}script\\textgreater{}"));
    }

    [Test]
    public void Csv_has_a_line_a_claim_with_all_digits()
    {
        string csv = ClaimTable.Csv([Claims[0]]);
        Assert.That(
            csv,
            Does.EndWith(
                FormattableString.Invariant(
                    $"Confirmed,{(Claims[0].Why.Contains(',', StringComparison.Ordinal) ? $"\"{Claims[0].Why}\"" : Claims[0].Why)},1.37,1.7,abstract,,1.52,1.48,1.55,0.95,5,StudentTLog,1.3,,{Claims[0].P:R},{Claims[0].AdjustedP:R},Generated,Simulated\n"
                )
            )
        );
    }

    [Test]
    public void Junit_says_failure_error_and_skipped()
    {
        XElement root = XDocument.Parse(ClaimTable.JUnit(Claims)).Root!;
        Assert.That(
            root.Elements().Select(s => (string?)s.Attribute("name")),
            Is.EqualTo(["harmoeny/throughput-vs-skew", "proximity/hit-rate"])
        );
        Assert.That(
            new[] { "tests", "failures", "errors", "skipped" }.Select(n => (int)root.Attribute(n)!),
            Is.EqualTo([Claims.Count, Claims.Count(c => c.Verdict == Verdict.Failed), Claims.Count(c => c.Verdict == Verdict.NotJudged), 1])
        );
        Assert.That(root.Descendants("failure").Count(), Is.EqualTo(Claims.Count(c => c.Verdict == Verdict.Failed)));
        Assert.That(
            () => XDocument.Parse(ClaimTable.JUnit([Claims[0] with { Why = "\u0001 control", Verdict = Verdict.Failed }])),
            Throws.Nothing
        );
    }
}
