using System.Globalization;
using System.Runtime.CompilerServices;

namespace ResearchKit.Cli;

/// <summary>Processors, and settings of OpenMP that hurt.</summary>
/// <param name="variable">Reads an environment variable.</param>
internal sealed class ThreadsCheck(Func<string, string?> variable) : IHealthCheck
{
    public async IAsyncEnumerable<HealthLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        int cores = Environment.ProcessorCount;
        yield return HealthLine.Ok("threads", $"{cores} processors for this process");
        foreach (string name in (IEnumerable<string>)["OMP_NUM_THREADS", "MKL_NUM_THREADS"])
        {
            if (variable(name) is not { Length: > 0 } value)
            {
                continue;
            }

            // A list gives the number for each level of nesting.
            bool isNumber =
                int.TryParse(value.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int threads) && threads > 0;
            yield return !isNumber ? HealthLine.Warning("threads", $"{name} = {value} is no number", $"unset {name}")
            : threads > cores
                ? HealthLine.Warning(
                    "threads",
                    $"{name} = {value}, but there are {cores} processors: threads wait for one another",
                    $"unset {name}"
                )
            : HealthLine.Ok("threads", $"{name} = {value}");
        }

        if (Is("OMP_WAIT_POLICY", "active"))
        {
            yield return HealthLine.Warning(
                "threads",
                "OMP_WAIT_POLICY = active: waiting threads spin and take the processors from parallel cells",
                "export OMP_WAIT_POLICY=passive"
            );
        }

        if (Is("KMP_BLOCKTIME", "infinite") || Is("GOMP_SPINCOUNT", "infinite") || Is("GOMP_SPINCOUNT", "infinity"))
        {
            yield return HealthLine.Warning(
                "threads",
                "OpenMP threads spin for ever while they wait",
                "unset KMP_BLOCKTIME GOMP_SPINCOUNT"
            );
        }

        if (variable("OMP_PROC_BIND") is { Length: > 0 } bind && !bind.Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            yield return HealthLine.Warning(
                "threads",
                $"OMP_PROC_BIND = {bind}: cells that run beside one another are bound to the same processors",
                "unset OMP_PROC_BIND"
            );
        }
    }

    private bool Is(string name, string value) => string.Equals(variable(name), value, StringComparison.OrdinalIgnoreCase);
}
