using System.Runtime.CompilerServices;
using ResearchKit.Experiments;

namespace ResearchKit.Cli;

/// <summary>The runs that a reference or a pattern means.</summary>
internal static class RunSelection
{
    /// <summary>One run for a reference; all runs of the experiments for a pattern with <c>*</c>.</summary>
    /// <exception cref="ResearchKitException">RK3006: there is none.</exception>
    internal static async IAsyncEnumerable<Run> FindAsync(
        RunStore store,
        string reference,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (!reference.Contains('*', StringComparison.Ordinal))
        {
            yield return await store.OpenAsync(reference, cancellationToken);
            yield break;
        }

        bool any = false;
        await foreach (RunSummary summary in store.ListAsync(reference, cancellationToken))
        {
            any = true;
            yield return await Run.OpenAsync(summary.Folder, cancellationToken);
        }

        if (!any)
        {
            throw new ResearchKitException(
                ErrorCodes.RunNotFound,
                $"No run of '{reference}' is under {store.Root}.",
                "Look at the runs with: status. The folder is chosen by --out or RESEARCHKIT_RUNS."
            );
        }
    }
}
