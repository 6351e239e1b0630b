using System.Globalization;
using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>Gives each row the client that was fixed for it beforehand, for example the published split of a benchmark. Draws nothing.</summary>
public sealed class FixedPartitioner : IPartitioner
{
    /// <summary>The client of a row that no client gets.</summary>
    public const int LeftOut = -1;

    private readonly int[] _clients;

    /// <summary>Takes the client of each row.</summary>
    /// <param name="clientOfRow">For each row its client, from 0, or <see cref="LeftOut"/>.</param>
    /// <exception cref="ArgumentException">A client is below -1.</exception>
    public FixedPartitioner(IReadOnlyList<int> clientOfRow)
    {
        ArgumentNullException.ThrowIfNull(clientOfRow);
        _clients = [.. clientOfRow];
        int wrong = Array.FindIndex(_clients, static client => client < LeftOut);
        if (wrong >= 0)
            throw new ArgumentException(
                $"The client of row {wrong} is {_clients[wrong]}; it is from 0 on, or -1 for none.",
                nameof(clientOfRow)
            );
    }

    /// <inheritdoc/>
    public string Name => "fixed";

    /// <summary>The number of clients that the assignment names.</summary>
    public int Clients => _clients.DefaultIfEmpty(LeftOut).Max() + 1;

    /// <summary>Reads an assignment from a column of a table; one record is one row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="column">The column, which holds the client's number from 0, or -1.</param>
    /// <param name="options">How the table is written; the defaults if null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The partitioner.</returns>
    /// <exception cref="MalformedFileException">The column is not there, or a value is no such number.</exception>
    public static async Task<FixedPartitioner> LoadAsync(
        string path,
        string column,
        DelimitedTextOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        var clients = new List<int>();
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, options, cancellationToken).ConfigureAwait(false))
        {
            int client = record.Number<int>(column);
            clients.Add(
                client >= LeftOut
                    ? client
                    : throw new MalformedFileException(
                        path,
                        $"a client from 0 on, or -1, in '{column}'",
                        client.ToString(CultureInfo.InvariantCulture),
                        record.Line
                    )
            );
        }

        return new FixedPartitioner(clients);
    }

    /// <inheritdoc/>
    public Partition Divide(
        ReadOnlySpan<int> labels,
        int classCount,
        int clients,
        RandomStream stream,
        CancellationToken cancellationToken = default
    )
    {
        PartitionRequest.Check(labels.Length, classCount, clients, stream);
        if (labels.Length != _clients.Length)
            throw new ArgumentException($"{labels.Length} rows, but the assignment is of {_clients.Length}.", nameof(labels));
        if (clients < Clients)
            throw new ArgumentOutOfRangeException(nameof(clients), clients, $"The assignment names {Clients} clients.");
        List<int>[] rows = [.. Enumerable.Range(0, clients).Select(static _ => new List<int>())];
        for (int row = 0; row < _clients.Length; row++)
        {
            if (_clients[row] != LeftOut)
                rows[_clients[row]].Add(row);
        }

        return new Partition(labels.Length, Array.ConvertAll(rows, static own => own.ToArray()));
    }
}
