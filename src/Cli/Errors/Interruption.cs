using System.Runtime.InteropServices;

namespace ResearchKit.Cli;

/// <summary>
/// Ctrl-C, SIGTERM and the loss of the terminal as a cancellation: the first stops the work and keeps what is finished, a second ctrl-C ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly List<PosixSignalRegistration> registrations = [];
    private int exitCode;

    private Interruption(CancellationToken cancellationToken) =>
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <summary>Cancelled by the first signal.</summary>
    internal CancellationToken Token => source.Token;

    /// <summary>130 or 143 after a signal, else null.</summary>
    internal int? ExitCode => Volatile.Read(ref exitCode) is > 0 and int code ? code : null;

    /// <summary>Begins to listen.</summary>
    /// <param name="signals">False where another owner handles the signals of the process.</param>
    /// <param name="end">Ends the process with a code, at once.</param>
    /// <param name="cancellationToken">The caller's own cancellation.</param>
    internal static Interruption Listen(bool signals, Action<int> end, CancellationToken cancellationToken)
    {
        Interruption interruption = new(cancellationToken);
        if (signals)
        {
            foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            {
                interruption.registrations.Add(PosixSignalRegistration.Create(signal, context => interruption.On(context, end)));
            }
        }

        return interruption;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void On(PosixSignalContext context, Action<int> end)
    {
        context.Cancel = true;
        int code = context.Signal == PosixSignal.SIGINT ? Cli.ExitCode.Interrupted : Cli.ExitCode.Terminated;
        if (Interlocked.CompareExchange(ref exitCode, code, 0) == 0)
        {
            // Not on this thread: what observes the token may block, and the next signal must still be heard.
            _ = source.CancelAsync();
        }
        else if (context.Signal == PosixSignal.SIGINT)
        {
            end(code);
        }
    }
}
