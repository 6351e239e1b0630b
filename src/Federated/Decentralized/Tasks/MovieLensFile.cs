using ResearchKit.Data;

namespace ResearchKit.Federated.Decentralized;

/// <summary>MovieLens's <c>ratings.csv</c>: <c>userId</c>, <c>movieId</c>, <c>rating</c>. Users and movies are numbered in the order of their identifiers.</summary>
public static class MovieLensFile
{
    /// <summary>Reads the ratings.</summary>
    /// <exception cref="MalformedFileException">A rating is none of 0.5 to 5.</exception>
    public static async Task<(IReadOnlyList<Rating> Ratings, int Users, int Items)> LoadAsync(
        string path,
        CancellationToken cancellationToken = default
    )
    {
        List<(int User, int Movie, float Value)> rows = [];
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, cancellationToken: cancellationToken))
        {
            float value = record.Number<float>("rating");
            if (value is not (>= 0.5f and <= 5f))
            {
                throw new MalformedFileException(path, "a rating of 0.5 to 5", $"{value}", record.Line);
            }

            rows.Add((record.Number<int>("userId"), record.Number<int>("movieId"), value));
        }

        Dictionary<int, int> users = Numbered(rows.Select(r => r.User));
        Dictionary<int, int> items = Numbered(rows.Select(r => r.Movie));
        return ([.. rows.Select(r => new Rating(users[r.User], items[r.Movie], r.Value))], users.Count, items.Count);
    }

    private static Dictionary<int, int> Numbered(IEnumerable<int> ids) =>
        ids.Distinct().Order().Index().ToDictionary(e => e.Item, e => e.Index);
}
