using System.CommandLine;
using ResearchKit.Agents;
using ResearchKit.Agents.Security;
using ResearchKit.Cli;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>agents</c>: serve an agent, describe one, speak to one.</summary>
public sealed partial class AgentsVerb : IVerb
{
    /// <inheritdoc/>
    public Command Build(VerbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Command("agents", "Serve agents on the web, find them, and speak to them (Web of Agents)")
        {
            Serve(context),
            Describe(context),
            Call(context),
            Crawl(context),
            Search(context),
            Verify(context),
        };
    }

    private static Command Serve(VerbContext context)
    {
        Option<string> name = new("--name") { Description = "The agent's name", DefaultValueFactory = _ => "echo" };
        Option<string> description = new("--description")
        {
            Description = "What it does",
            DefaultValueFactory = _ => "Answers with what it gets.",
        };
        Option<string> url = new("--url") { Description = "Where to listen", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        Option<string?> publicUrl = new("--public-url")
        {
            Description = "How the world names it, behind a proxy that ends TLS",
            HelpName = "url",
        };
        Option<string?> endpoint = new("--endpoint")
        {
            Description = "A model behind OpenAI's chat completions; without it the agent is an echo",
            HelpName = "url",
        };
        Option<string?> model = new("--model") { Description = "The model's name" };
        Option<string?> keyVariable = new("--key-variable")
        {
            Description = "The environment variable with the key of the endpoint",
            HelpName = "name",
        };
        Option<string?> instructions = new("--instructions") { Description = "What the model is told about itself" };
        Option<StateMode> state = new("--state") { Description = "What is kept about a caller", DefaultValueFactory = _ => StateMode.None };
        Option<string?> store = new("--store") { Description = "Keep tasks and sessions in this SQLite file", HelpName = "file" };
        Command command = new("serve", "Serve an agent")
        {
            name,
            description,
            url,
            publicUrl,
            endpoint,
            model,
            keyVariable,
            instructions,
            state,
            store,
        };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                AgentServing serving = new(
                    a.GetValue(name)!,
                    a.GetValue(description)!,
                    a.GetValue(url)!,
                    Address(a.GetValue(publicUrl)),
                    Address(a.GetValue(endpoint)),
                    a.GetValue(model),
                    a.GetValue(keyVariable) is { } variable ? Environment.GetEnvironmentVariable(variable) : null,
                    a.GetValue(instructions),
                    a.GetValue(state),
                    a.GetValue(store)
                );
                await AgentService.RunAsync(serving, call.Loggers, address => call.Note($"listening on {address}"), cancellationToken);
                return ExitCode.Done;
            },
            parsed => [.. ServeProblems(parsed, url, publicUrl, endpoint, model, keyVariable)]
        );
    }

    private static IEnumerable<string> ServeProblems(
        ParseResult parsed,
        Option<string> url,
        Option<string?> publicUrl,
        Option<string?> endpoint,
        Option<string?> model,
        Option<string?> keyVariable
    )
    {
        foreach (Option<string?> address in new[] { publicUrl, endpoint })
        {
            if (parsed.GetValue(address) is { } given && Address(given) is null)
            {
                yield return $"{address.Name}: '{given}' is no http or https address.";
            }
        }
        if (parsed.GetValue(endpoint) is not null && parsed.GetValue(model) is null)
        {
            yield return "--endpoint needs --model.";
        }
        if (parsed.GetValue(keyVariable) is { } variable && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
        {
            yield return $"--key-variable: the environment variable {variable} is not set.";
        }
        if (!Uri.TryCreate(parsed.GetValue(url), UriKind.Absolute, out Uri? listen) || listen.Scheme is not ("http" or "https"))
        {
            yield return "--url is an address such as http://127.0.0.1:8080.";
        }
        else if (listen.Scheme == "http" && !listen.IsLoopback && Address(parsed.GetValue(publicUrl))?.Scheme != "https")
        {
            yield return "Without TLS the agent listens on loopback only; behind a proxy that ends TLS give --public-url https://...";
        }
    }

    private static Command Describe(VerbContext context)
    {
        Argument<string> agent = Agent();
        Option<bool> interaction = new("--interaction") { Description = "Also the interaction document" };
        Option<bool> json = Json();
        Command command = new("describe", "Read an agent's documents, and check their digest and origin") { agent, interaction, json };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                AgentDescriptionReport r = await AgentCommands.DescribeAsync(
                    new Uri(call.Arguments.GetRequiredValue(agent)),
                    cancellationToken
                );
                if (call.Arguments.GetValue(json))
                {
                    call.Results.Document(r);
                    return ExitCode.Done;
                }
                call.Results.Line($"{Safe(r.Document.Name)} {Safe(r.Document.Version)}: {Safe(r.Document.Description)}");
                foreach (AgentSkill skill in r.Document.Skills)
                {
                    call.Results.Line($"  {Safe(skill.Id)}: {Safe(skill.Name)}. {Safe(skill.Description)}");
                }
                foreach (AgentChannel channel in r.Document.Channels)
                {
                    call.Results.Line($"  {Safe(channel.Kind)} {Safe(channel.Url)}");
                }
                if (call.Arguments.GetValue(interaction))
                {
                    call.Results.Line(UntrustedText.Escape(r.Interaction));
                }
                call.Note($"interaction document sha-256 {r.InteractionDigest}, as announced");
                return ExitCode.Done;
            },
            parsed => Problems(parsed, agent)
        );
    }

    private static Command Call(VerbContext context)
    {
        Argument<string> agent = Agent();
        Argument<string?> text = new("text") { Description = "What to say; - reads the standard input", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> skill = new("--skill") { Description = "The skill to ask for", HelpName = "id" };
        Option<bool> stream = new("--stream") { Description = "Show what comes while it comes" };
        Option<string?> resume = new("--resume")
        {
            Description = "Follow a task instead, from its start or after an event: TASK or TASK-SEQUENCE",
            HelpName = "id",
        };
        Option<string?> key = new("--key") { Description = "The idempotency key: the same key is carried out once", HelpName = "key" };
        Option<bool> json = Json();
        Command command = new("call", "Speak to an agent") { agent, text, skill, stream, resume, key, json };
        return context.Handle(
            command,
            async (call, cancellationToken) =>
            {
                ParseResult a = call.Arguments;
                Uri url = new(a.GetRequiredValue(agent));
                using AgentClient client = AgentCommands.ClientFor(url);
                SendOptions options = a.GetValue(key) is { } k ? new SendOptions { IdempotencyKey = k } : new SendOptions();
                if (a.GetValue(resume) is { } id)
                {
                    (string task, long after) = EventId.TryParse(id, out string? t, out long s) ? (t, s) : (id, 0);
                    return await FollowAsync(call, json, client.ResumeAsync(url, task, after, cancellationToken));
                }
                string said = a.GetValue(text)!;
                if (said == "-")
                {
                    using StreamReader input = new(context.OpenInput());
                    said = await input.ReadToEndAsync(cancellationToken);
                }
                AgentMessage message = AgentMessage.FromUser(said) with { Skill = a.GetValue(skill) };
                if (a.GetValue(stream))
                {
                    return await FollowAsync(call, json, client.StreamAsync(url, message, options, cancellationToken));
                }
                AgentReply reply = await client.SendAsync(url, message, options, cancellationToken);
                return Show(
                    call,
                    json,
                    new AgentCallReport(reply.Text, reply.Task?.Id, reply.Task?.Status.State.ToString(), reply.Task?.Sequence ?? 0)
                );
            },
            parsed =>
                [
                    .. Problems(parsed, agent),
                    .. parsed.GetValue(text) is null && parsed.GetValue(resume) is null
                        ? (IReadOnlyList<string>)["Say what to send, or which task to --resume."]
                        : [],
                ]
        );
    }

    private static async Task<int> FollowAsync(Call call, Option<bool> json, IAsyncEnumerable<AgentEvent> events)
    {
        System.Text.StringBuilder whole = new();
        (string? task, string? state, long sequence) = (null, null, 0);
        await foreach (AgentEvent next in events)
        {
            (task, sequence) = (next.TaskId.Length > 0 ? next.TaskId : task, next.Sequence);
            string text = next switch
            {
                ArtifactEvent e => string.Concat(e.Artifact.Parts.Select(p => p.Text)),
                MessageEvent { Message.Role: AgentRole.Agent } e => e.Message.Text,
                _ => "",
            };
            state = next is StatusEvent s ? s.Status.State.ToString() : state;
            whole.Append(text);
            if (!call.Arguments.GetValue(json) && text.Length > 0)
            {
                call.Results.Line(Safe(text));
            }
        }
        return call.Arguments.GetValue(json)
            ? Show(call, json, new AgentCallReport(whole.ToString(), task, state, sequence))
            : Ended(call, task, state, sequence);
    }

    private static int Show(Call call, Option<bool> json, AgentCallReport report)
    {
        if (call.Arguments.GetValue(json))
        {
            call.Results.Document(report);
            return report.State is nameof(TaskState.Failed) or nameof(TaskState.Rejected) ? ExitCode.Failed : ExitCode.Done;
        }
        call.Results.Line(UntrustedText.Escape(report.Text));
        return Ended(call, report.TaskId, report.State, report.Sequence);
    }

    private static int Ended(Call call, string? task, string? state, long sequence)
    {
        if (task is not null)
        {
            call.Note($"task {task} {state} (event {sequence})");
        }
        return state is nameof(TaskState.Failed) or nameof(TaskState.Rejected) ? ExitCode.Failed : ExitCode.Done;
    }

    private static string Safe(string text) => UntrustedText.Escape(text, 4096);

    private static IReadOnlyList<string> Problems(ParseResult parsed, Argument<string> agent)
    {
        if (Address(parsed.GetValue(agent)) is not { } url)
        {
            return ["The agent is an address such as https://agent.example/agents/weather."];
        }
        return (url.IsLoopback ? OutboundPolicy.Loopback : OutboundPolicy.Default).Refusal(url) is { } reason ? [$"{url}: {reason}."] : [];
    }

    private static Uri? Address(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is ("http" or "https") ? url : null;

    private static Argument<string> Agent() => new("agent") { Description = "The agent's address", HelpName = "url" };

    private static Option<bool> Json() => new("--json") { Description = "Answer with one JSON document" };
}
