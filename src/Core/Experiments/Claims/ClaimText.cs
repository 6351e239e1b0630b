using System.Globalization;
using ResearchKit.Metrics;

namespace ResearchKit.Experiments;

/// <summary>The parts of a claim in words, the same in every table.</summary>
internal static class ClaimText
{
    internal static string Published(Claim claim) =>
        claim.PaperValue switch
        {
            null => "",
            { } v when v.Low == v.High => FigureNumbers.Value(v.Low),
            { } v => $"{FigureNumbers.Value(v.Low)}\u2013{FigureNumbers.Value(v.High)}",
        };

    internal static string Measured(Claim claim) =>
        claim.Estimate switch
        {
            null => "",
            { Level: 0 } e => FigureNumbers.Value(e.Value),
            { } e => $"{FigureNumbers.Value(e.Value)} [{FigureNumbers.Value(e.Low)}, {FigureNumbers.Value(e.High)}]",
        };

    /// <summary>How the interval was made, for example <c>95 %, Student t, 5 seeds</c>.</summary>
    internal static string Interval(Claim claim)
    {
        if (claim.Estimate is not { } e)
        {
            return "";
        }

        string unit =
            e.Method is IntervalMethod.Wilson or IntervalMethod.Newcombe ? "trials"
            : e.Seeds == 1 ? "seed"
            : "seeds";
        string count = string.Create(CultureInfo.InvariantCulture, $"{e.Seeds} {unit}");
        string level = string.Create(CultureInfo.InvariantCulture, $"{100 * e.Level:0.##} %");
        return e.Method switch
        {
            IntervalMethod.Deterministic => "deterministic",
            IntervalMethod.None => $"no interval, {count}",
            IntervalMethod.StudentT => $"{level}, Student t, {count}",
            IntervalMethod.StudentTLog => $"{level}, Student t on logarithms, {count}",
            IntervalMethod.Bca => $"{level}, BCa bootstrap, {count}",
            IntervalMethod.TwoLevelBootstrap => $"{level}, two-level bootstrap, {count}",
            var method => $"{level}, {method}, {count}",
        };
    }

    internal static string Accepted(Claim claim) =>
        claim.Kind == ClaimKind.AllOf
            ? string.Create(CultureInfo.InvariantCulture, $"all {claim.Parts.Count} parts")
            : ClaimBand.Text(claim.Band);

    internal static string Word(Verdict verdict) => verdict == Verdict.NotJudged ? "Not judged" : verdict.ToString();

    internal static string Symbol(Verdict verdict) =>
        verdict switch
        {
            Verdict.Confirmed => "\u2713",
            Verdict.Consistent => "\u2248",
            Verdict.Failed => "\u2717",
            Verdict.NotJudged => "?",
            _ => "\u2013",
        };

    internal static string P(double? p) =>
        p switch
        {
            null => "",
            < 0.001 => "< 0.001",
            { } value => value.ToString("0.000", CultureInfo.InvariantCulture),
        };

    internal static string PInWords(double p) => p < 0.001 ? P(p) : $"= {P(p)}";

    /// <summary>A number that a program reads again.</summary>
    internal static string Exact(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
