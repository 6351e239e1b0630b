using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using ResearchKit.Federated.Deployment;

namespace ResearchKit.Papers.Verbs;

/// <summary>The processes of a network on this machine: started, watched by their journals, killed and restarted when asked, and stopped.</summary>
internal sealed class NetworkRun(NetworkPlan plan, string folder) : IAsyncDisposable
{
    private readonly Process?[] _processes = new Process?[plan.Ports.Count];
    private readonly long[] _read = new long[plan.Ports.Count];

    /// <summary>What happened so far, in the order of reading.</summary>
    public List<PeerReport> Reports { get; } = [];

    public int LastRound => Reports.Where(r => r.What == "round").Select(r => r.Round).DefaultIfEmpty(0).Max();

    public int RoundCount => Reports.Where(r => r.What == "round").Select(r => r.Round).Distinct().Count();

    /// <summary>Ports that are free now.</summary>
    public static IReadOnlyList<int> FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await Storage.AtomicFile.WriteTextAsync(Path.Combine(folder, "plan.json"), plan.ToJson(), cancellationToken);
        for (int process = 0; process < _processes.Length; process++)
        {
            Start(process);
        }
    }

    public void Start(int process) =>
        _processes[process] = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, Arguments(process))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    /// <summary>Kills a process as by signal 9: no word, no file closed.</summary>
    public void Kill(int process)
    {
        _processes[process]!.Kill(entireProcessTree: true);
        _processes[process]!.WaitForExit(10_000);
        _processes[process]!.Dispose();
        _processes[process] = null;
    }

    /// <summary>Reads what is new in the journals. A process that ended by itself is an error.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        for (int process = 0; process < _processes.Length; process++)
        {
            if (_processes[process] is { HasExited: true } ended)
            {
                string error = await ended.StandardError.ReadToEndAsync(cancellationToken);
                throw new ResearchKitException(
                    Federated.FederatedErrors.ModelNotUsable,
                    $"Process {process} of the network ended with code {ended.ExitCode}: {error.Trim()}",
                    "Look at its journal; a port may be taken."
                );
            }

            await ReadAsync(process, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process? process in _processes)
        {
            if (process is null)
            {
                continue;
            }

            process.StandardInput.Close(); // the node ends with its input
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(15));
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
        }

        for (int process = 0; process < _processes.Length; process++)
        {
            await ReadAsync(process, CancellationToken.None);
        }
    }

    private async Task ReadAsync(int process, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, $"journal-{process}.jsonl");
        if (!File.Exists(path))
        {
            return;
        }

        await using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = _read[process];
        using StreamReader reader = new(stream);
        string text = await reader.ReadToEndAsync(cancellationToken);
        int whole = text.LastIndexOf('\n') + 1; // a line may be half written, above all by a process that was killed
        _read[process] += System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(0, whole));
        foreach (string line in text[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                if (JsonSerializer.Deserialize<PeerReport>(line) is { } report)
                {
                    Reports.Add(report);
                }
            }
            catch (JsonException)
            {
                // the line in which a process was killed, joined with the first one after its restart
            }
        }
    }

    private string[] Arguments(int process)
    {
        string own = Path.GetFileNameWithoutExtension(Environment.ProcessPath!);
        string entry = Assembly.GetEntryAssembly()!.Location;
        string[] node = ["federated", "node", "--plan", Path.Combine(folder, "plan.json"), "--process", $"{process}"];
        return own == "dotnet" ? ["exec", entry, .. node] : node;
    }
}
