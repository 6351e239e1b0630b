namespace ResearchKit.Audit;

/// <summary>h: what a platform answers without manipulation, the more probable class; a tie at 0.5 gives class 0, as an argmax takes the first.</summary>
public static class HonestAnswers
{
    /// <summary>The honest answers.</summary>
    /// <param name="scores">The probability of label 1 for each row.</param>
    public static byte[] Of(ReadOnlySpan<double> scores)
    {
        byte[] answers = new byte[scores.Length];
        Fill(scores, answers);
        return answers;
    }

    internal static void Fill(ReadOnlySpan<double> scores, Span<byte> answers)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            answers[i] = scores[i] > 0.5 ? (byte)1 : (byte)0;
        }
    }
}
