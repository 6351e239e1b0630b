using System.CommandLine;
using System.Globalization;
using ResearchKit.Agents.Discovery;
using ResearchKit.Agents.Security;
using ResearchKit.Cli;

namespace ResearchKit.Papers.Verbs;

public sealed partial class AgentsVerb
{
    private static Command Crawl(VerbContext context)
    {
        Argument<string[]> seeds = new("seeds")
        {
            Description = "Addresses of hosts, agents or pages to begin with",
            HelpName = "url",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> output = new("--out")
        {
            Description = "The file to write: one agent a line",
            HelpName = "file",
            Required = true,
        };
        Option<int> visits = new("--visits") { Description = "Requests at most", DefaultValueFactory = _ => 1_000 };
        Option<double> delay = new("--delay")
        {
            Description = "Seconds between two requests to a host, at least",
            DefaultValueFactory = _ => 1,
        };
        Option<bool> json = Json();
        Command command = new("crawl", "Find agents from hosts on; robots.txt is obeyed") { seeds, output, visits, delay, json };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                System.CommandLine.ParseResult a = call.Arguments;
                CrawlReport r = await AgentDiscoveryCommands.CrawlAsync(
                    a.GetRequiredValue(seeds),
                    a.GetRequiredValue(output),
                    a.GetValue(visits),
                    a.GetValue(delay),
                    cancellationToken
                );
                if (a.GetValue(json))
                {
                    call.Results.Document(r);
                    return ExitCode.Done;
                }
                call.Results.Line($"{r.Agents} agents found in {r.Visits} requests: {r.File}");
                foreach (string problem in r.Problems)
                {
                    call.Note(Safe(problem));
                }
                return ExitCode.Done;
            },
            parsed =>
                [
                    .. (parsed.GetValue(seeds) ?? []).Where(s => Address(s) is null).Select(s => $"'{s}' is no http or https address."),
                    .. parsed.GetValue(visits) < 1 ? (IReadOnlyList<string>)["--visits is at least 1."] : [],
                    .. parsed.GetValue(delay) is < 0 or > 3600 ? (IReadOnlyList<string>)["--delay is 0 to 3600 seconds."] : [],
                ]
        );
    }

    private static Command Search(VerbContext context)
    {
        Argument<string> query = new("query") { Description = "What the agent should be able to do" };
        Option<string[]> files = new("--from")
        {
            Description = "A file that crawl wrote; give one option for each",
            HelpName = "file",
            Required = true,
        };
        Option<int> k = new("--k") { Description = "Agents at most", DefaultValueFactory = _ => 10 };
        Option<string?> tag = new("--tag") { Description = "Only with this tag" };
        Option<string?> channel = new("--channel") { Description = "Only with this kind of channel, for example woa/1 or a2a+jsonrpc" };
        Option<string?> host = new("--host") { Description = "Only of this host" };
        Option<bool> json = Json();
        Command command = new("search", "Find an agent by what it can do") { query, files, k, tag, channel, host, json };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                System.CommandLine.ParseResult a = call.Arguments;
                CapabilityFilter filter = new()
                {
                    Tag = a.GetValue(tag),
                    Channel = a.GetValue(channel),
                    Host = a.GetValue(host),
                };
                SearchReport r = await AgentDiscoveryCommands.SearchAsync(
                    a.GetRequiredValue(files),
                    a.GetRequiredValue(query),
                    a.GetValue(k),
                    filter,
                    cancellationToken
                );
                if (a.GetValue(json))
                {
                    call.Results.Document(r);
                    return ExitCode.Done;
                }
                foreach (SearchHit hit in r.Hits)
                {
                    call.Results.Line(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{hit.Score:0.000}  {Safe(hit.Url)}  {Safe(hit.Name)}  ({hit.Verified})"
                        )
                    );
                }
                call.Note($"{r.Hits.Count} of {r.Agents} agents; names and addresses are theirs, not checked");
                return ExitCode.Done;
            },
            parsed => parsed.GetValue(k) is < 1 or > 1000 ? ["--k is 1 to 1000."] : []
        );
    }

    private static Command Verify(VerbContext context)
    {
        Argument<string> agent = Agent();
        Option<string?> key = new("--key")
        {
            Description = "The agent's public key (PEM), by which its document must be signed",
            HelpName = "file",
        };
        Option<string?> keyId = new("--key-id") { Description = "The key's id in the signature; default agent", HelpName = "id" };
        Option<bool> json = Json();
        Command command = new("verify", "Check an agent's documents: rules, origin, digests, signature") { agent, key, keyId, json };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                System.CommandLine.ParseResult a = call.Arguments;
                VerifyReport r = await AgentDiscoveryCommands.VerifyAsync(
                    new Uri(a.GetRequiredValue(agent)),
                    a.GetValue(key),
                    a.GetValue(keyId),
                    cancellationToken
                );
                if (a.GetValue(json))
                {
                    call.Results.Document(r);
                }
                else
                {
                    call.Results.Line($"document    {r.Document}");
                    call.Results.Line($"interaction {r.Interaction}");
                    call.Results.Line($"signature   {r.Signature}");
                }
                return a.GetValue(key) is null || r.Signature == nameof(SignatureVerdict.Valid) ? ExitCode.Done : ExitCode.Failed;
            },
            parsed => Problems(parsed, agent)
        );
    }
}
