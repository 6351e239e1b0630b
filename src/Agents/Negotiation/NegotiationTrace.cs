using System.Text.Json;
using ResearchKit.Numerics;

namespace ResearchKit.Agents.Negotiation;

/// <summary>Requests between agents in the order they come, with the moments at which libraries exchange what they have.</summary>
/// <param name="Steps">The steps: a request, or the name of a library whose turn it is.</param>
/// <param name="Libraries">The libraries.</param>
public sealed record NegotiationTrace(IReadOnlyList<(NegotiationQuery? Query, string? Library)> Steps, ProtocolLibraries Libraries)
{
    private const int Users = 85;
    private const int Servers = 14;
    private const int Skills = 11;
    private const int QueriesBetweenExchanges = 10;

    /// <summary>Requests.</summary>
    public int Queries => Steps.Count(s => s.Query is not null);

    /// <summary>Reads the published workload of Agora's demonstration: <c>actions.json</c> and <c>config.json</c>.</summary>
    /// <param name="actions">The rows <c>[user, [server, task], data]</c>; a task named synchronization is a library's turn.</param>
    /// <param name="config">Users, servers and libraries.</param>
    /// <exception cref="MalformedFileException">The files are not as they must be.</exception>
    public static NegotiationTrace Read(JsonElement actions, JsonElement config)
    {
        try
        {
            List<(NegotiationQuery?, string?)> steps = [];
            foreach (JsonElement row in actions.EnumerateArray())
            {
                string who = row[0].GetString()!;
                string task = row[1][1].GetString()!;
                steps.Add(task == "synchronization" ? (null, who) : (new NegotiationQuery(who, row[1][0].GetString()!, task), null));
            }
            Dictionary<string, string> of = new(StringComparer.Ordinal);
            foreach (
                JsonProperty agent in config.GetProperty("users").EnumerateObject().Concat(config.GetProperty("servers").EnumerateObject())
            )
            {
                of[agent.Name] = agent.Value.GetProperty("protocolDb").GetString()!;
            }
            Dictionary<string, IReadOnlyList<string>> peers = config
                .GetProperty("protocolDbs")
                .EnumerateObject()
                .ToDictionary(
                    l => l.Name,
                    l => (IReadOnlyList<string>)[.. l.Value.GetProperty("peers").EnumerateArray().Select(p => p.GetString()!)]
                );
            return new NegotiationTrace(steps, new ProtocolLibraries(peers, of));
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new MalformedFileException(
                "actions.json",
                "rows [user, [server, task], data] and agents with protocolDb",
                e.Message,
                innerException: e
            );
        }
    }

    /// <summary>A workload of the same shape as the published one: 85 users, 14 servers, 11 tasks, few pairs asked often and many asked once, three libraries in a line.</summary>
    /// <param name="stream">The draws.</param>
    /// <param name="queries">How many requests.</param>
    public static NegotiationTrace Generate(RandomStream stream, int queries = 1_000)
    {
        ArgumentNullException.ThrowIfNull(stream);
        string[] libraries = ["library1", "library2", "library3"];
        Dictionary<string, string> of = new(StringComparer.Ordinal);
        for (int i = 0; i < Users; i++)
        {
            of[$"user{i}"] = libraries[stream.NextInt(libraries.Length)];
        }
        List<(string Server, string Skill)> offers = [];
        for (int i = 0; i < Servers; i++)
        {
            of[$"server{i}"] = libraries[stream.NextInt(libraries.Length)];
            offers.AddRange(stream.Sample(Skills, 1 + stream.NextInt(3)).Select(s => ($"server{i}", $"task{s}")));
        }
        ZipfRanks user = new(Users, 1);
        ZipfRanks offer = new(offers.Count, 1);
        int[] order = stream.Permutation(offers.Count);
        List<(NegotiationQuery?, string?)> steps = [];
        for (int i = 0; i < queries; i++)
        {
            if (i > 0 && i % QueriesBetweenExchanges == 0)
            {
                steps.Add((null, libraries[i / QueriesBetweenExchanges % libraries.Length]));
            }
            (string server, string skill) = offers[order[offer.Next(stream)]];
            steps.Add((new NegotiationQuery($"user{user.Next(stream)}", server, skill), null));
        }
        return new NegotiationTrace(
            steps,
            new ProtocolLibraries(
                new Dictionary<string, IReadOnlyList<string>>
                {
                    ["library1"] = ["library2"],
                    ["library2"] = ["library1", "library3"],
                    ["library3"] = ["library2"],
                },
                of
            )
        );
    }
}
