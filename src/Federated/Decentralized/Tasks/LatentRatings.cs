using ResearchKit.Numerics;

namespace ResearchKit.Federated.Decentralized;

/// <summary>Made-up ratings in the shape of MovieLens's small set: items liked by a power law, tastes of low rank, ratings in half steps.</summary>
public sealed record LatentRatings
{
    /// <summary>Users.</summary>
    public int Users { get; init; } = 610;

    /// <summary>Items.</summary>
    public int Items { get; init; } = 9724;

    /// <summary>The rank of the truth.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Ratings of a user, in the mean.</summary>
    public int RatingsPerUser { get; init; } = 165;

    /// <summary>Draws ratings; every user has at least 20.</summary>
    public IReadOnlyList<Rating> Draw(RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        double[] popularity = new double[Items];
        for (int i = 0; i < Items; i++)
        {
            popularity[i] = (i == 0 ? 0 : popularity[i - 1]) + (1.0 / (i + 1));
        }

        double[] users = Factors(Users, stream.Split("users"));
        double[] items = Factors(Items, stream.Split("items"));
        List<Rating> ratings = [];
        for (int user = 0; user < Users; user++)
        {
            RandomStream own = stream.Split("user", user.ToString(System.Globalization.CultureInfo.InvariantCulture));
            int count = Math.Min(Items, 20 + (int)Distributions.Exponential(own, Math.Max(1, RatingsPerUser - 20)));
            HashSet<int> seen = [];
            for (int tries = 0; seen.Count < count && tries < 20 * count; tries++)
            {
                int place = Array.BinarySearch(popularity, own.NextDouble() * popularity[^1]);
                seen.Add(Math.Min(Items - 1, place < 0 ? ~place : place));
            }

            foreach (int item in seen.Order())
            {
                double taste = 3.5;
                for (int f = 0; f < Rank; f++)
                {
                    taste += users[(user * Rank) + f] * items[(item * Rank) + f];
                }

                taste += 0.3 * own.NextGaussian();
                ratings.Add(new(user, item, (float)(Math.Clamp(Math.Round(2 * taste), 1, 10) / 2)));
            }
        }

        return ratings;
    }

    private double[] Factors(int count, RandomStream stream)
    {
        double[] factors = new double[count * Rank];
        stream.FillGaussian(factors);
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] *= Math.Pow(Rank, -0.25);
        }

        return factors;
    }
}
