namespace ResearchKit.Audit;

/// <summary>The scores of each group side by side, so that a sweep over a group is a sweep over memory.</summary>
internal sealed class ScoresByGroup
{
    private readonly double[] _group0;
    private readonly double[] _group1;

    public ScoresByGroup(ReadOnlySpan<double> scores, ReadOnlySpan<byte> group, GroupMargins margins)
    {
        _group0 = new double[margins.Rows0];
        _group1 = new double[margins.Rows1];
        (int next0, int next1) = (0, 0);
        for (int i = 0; i < scores.Length; i++)
        {
            if (group[i] == 0)
            {
                _group0[next0++] = scores[i];
            }
            else
            {
                _group1[next1++] = scores[i];
            }
        }
    }

    public ReadOnlySpan<double> Group0 => _group0;

    public ReadOnlySpan<double> Group1 => _group1;
}
