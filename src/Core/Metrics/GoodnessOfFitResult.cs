using System.Globalization;

namespace ResearchKit.Metrics;

/// <summary>The outcome of a test of <see cref="GoodnessOfFit"/>.</summary>
/// <param name="Test">The test.</param>
/// <param name="Statistic">Its statistic: chi-square, the largest distance, the number of successes.</param>
/// <param name="Freedom">The degrees of freedom of chi-square; 0 otherwise.</param>
/// <param name="Count">The number of cases.</param>
/// <param name="P">The p-value: the probability of a statistic at least as extreme if the hypothesis holds.</param>
/// <param name="FalseAlarm">The probability with which a hypothesis that holds is rejected, chosen before looking.</param>
public sealed record GoodnessOfFitResult(string Test, double Statistic, int Freedom, long Count, double P, double FalseAlarm)
{
    /// <summary>Whether the hypothesis is rejected at the stated false-alarm rate.</summary>
    public bool Rejected => !(P >= FalseAlarm);

    /// <summary>One line: test, statistic, p, false-alarm rate.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Test} {Statistic:g6}{(Freedom > 0 ? $" with {Freedom} degrees of freedom" : "")} over {Count}: p = {P:g3}, false-alarm rate {FalseAlarm:g3}"
        );
}
