using ResearchKit.Cli;
using ResearchKit.Experiments;
using ResearchKit.Moe;

namespace ResearchKit.Papers.Verbs;

/// <summary>The schedulers by the names of the command line.</summary>
internal sealed class MoeSchedulers(IReadOnlyList<ITokenScheduler> own)
{
    private readonly Family<ITokenScheduler> _known = new(TokenSchedulers.Known.All, own);

    public string Names => string.Join(", ", _known.Names);

    /// <exception cref="UsageException">There is none of that name.</exception>
    public ITokenScheduler Of(string name, int minimumTokens)
    {
        if (!_known.Names.Contains(name))
        {
            throw new UsageException($"There is no scheduler '{name}'; there are {Names}.");
        }

        return name == "harmoeny" ? new HarmoenyScheduler(new() { MinimumTokens = minimumTokens }) : _known[name];
    }
}
