using Microsoft.Data.Sqlite;

namespace ResearchKit.Agents;

/// <summary>Rows that are being read; the connection is held until they are disposed.</summary>
internal sealed class SqliteReading : IDisposable
{
    private readonly SqliteCommand _command;
    private readonly Lock _held;

    internal SqliteReading(SqliteCommand command, Lock held)
    {
        (_command, _held) = (command, held);
        Rows = command.ExecuteReader();
    }

    internal SqliteDataReader Rows { get; }

    public void Dispose()
    {
        Rows.Dispose();
        _command.Dispose();
        _held.Exit();
    }
}
