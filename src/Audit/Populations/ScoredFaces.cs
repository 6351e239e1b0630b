using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>
/// A stand-in for a face attribute of CelebA and a trained LeNet's score of it (arXiv:2505.04796, section 5.1): a label by group, a normal signal of the strength that gives the error wanted, and the score that a calibrated
/// model would give. Images and models are not needed.
/// </summary>
public static class ScoredFaces
{
    /// <summary>Draws rows.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="options">Error and rates.</param>
    /// <param name="random">Draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count or a rate is out of range.</exception>
    public static ScoredPool Draw(int count, ScoredFacesOptions options, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        double share = Rows.RequireIn(options.ShareOfGroup1, 0, 1, nameof(options.ShareOfGroup1));
        double rate0 = Rows.RequireIn(options.Rate0, 1e-6, 1 - 1e-6, nameof(options.Rate0));
        double rate1 = Rows.RequireIn(options.Rate1, 1e-6, 1 - 1e-6, nameof(options.Rate1));
        double pooled = (share * rate1) + ((1 - share) * rate0);
        double mu = -StandardNormal.Quantile(options.Error);
        double[] scores = new double[count];
        byte[] labels = new byte[count];
        byte[] group = new byte[count];
        for (int i = 0; i < count; i++)
        {
            group[i] = random.NextBool(share) ? (byte)1 : (byte)0;
            double rate = group[i] == 1 ? rate1 : rate0;
            labels[i] = random.NextBool(rate) ? (byte)1 : (byte)0;
            double x = (((2 * labels[i]) - 1) * mu) + random.NextGaussian();
            double prior = options.GroupAware ? rate : pooled;
            scores[i] = 1 / (1 + Math.Exp(-((2 * mu * x) + Math.Log(prior / (1 - prior)))));
        }
        return new ScoredPool(scores, labels, group);
    }
}
