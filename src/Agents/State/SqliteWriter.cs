using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace ResearchKit.Agents;

/// <summary>
/// The one writer of a file. Each write is a step of its own (a savepoint), all steps that wait are committed together, and each caller hears of it after the commit: one synchronisation of
/// the disk serves many.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MostAtOnce = 512;

    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA busy_timeout = 5000;
        CREATE TABLE IF NOT EXISTS sessions (agent TEXT, principal TEXT, id TEXT, created INTEGER, expires INTEGER, version INTEGER, vals TEXT, PRIMARY KEY (agent, principal, id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS tasks (id TEXT PRIMARY KEY, agent TEXT, owner TEXT, context TEXT, state INTEGER, changed INTEGER, task TEXT) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS tasks_of_owner ON tasks (agent, owner, changed DESC);
        CREATE INDEX IF NOT EXISTS tasks_by_state ON tasks (agent, state);
        CREATE TABLE IF NOT EXISTS events (task TEXT, sequence INTEGER, kind TEXT, json BLOB, PRIMARY KEY (task, sequence)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, request TEXT, process TEXT, taken INTEGER, status INTEGER, body BLOB, task TEXT) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS keys_by_time ON keys (taken);
        """;

    private readonly SqliteConnection _connection;
    private readonly Channel<Step> _steps = Channel.CreateBounded<Step>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly Task _loop;

    private SqliteWriter(SqliteConnection connection)
    {
        _connection = connection;
        _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    internal static SqliteWriter Open(string connectionString)
    {
        SqliteConnection connection = new(connectionString);
        try
        {
            connection.Open();
            using SqliteCommand schema = connection.CreateCommand();
            schema.CommandText = Schema;
            schema.ExecuteNonQuery();
            return new SqliteWriter(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal async Task<T> RunAsync<T>(Func<SqliteWriter, T> work, CancellationToken cancellationToken)
    {
        Step<T> step = new(work);
        try
        {
            await _steps.Writer.WriteAsync(step, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw SqliteAgentStore.Failed(_connection.DataSource, e);
        }
        return await step.Done;
    }

    internal int Execute(string sql, params ReadOnlySpan<object?> values) => Prepared(sql, values).ExecuteNonQuery();

    internal T Query<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        using SqliteDataReader rows = Prepared(sql, values).ExecuteReader();
        return rows.Read() ? row(rows) : throw new InvalidOperationException("The row is gone.");
    }

    internal static SqliteCommand Command(SqliteConnection connection, string sql, ReadOnlySpan<object?> values)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", values[i] ?? DBNull.Value);
        }
        return command;
    }

    private SqliteCommand Prepared(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            _commands[sql] = command = Command(_connection, sql, values);
        }
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
        return command;
    }

    private void Loop()
    {
        List<Step> batch = new(MostAtOnce);
        while (Wait())
        {
            while (batch.Count < MostAtOnce && _steps.Reader.TryRead(out Step? step))
            {
                batch.Add(step);
            }
            try
            {
                Execute("BEGIN IMMEDIATE");
                foreach (Step step in batch)
                {
                    Execute("SAVEPOINT step");
                    if (!step.TryRun(this))
                    {
                        Execute("ROLLBACK TO step");
                    }
                    Execute("RELEASE step");
                }
                Execute("COMMIT");
                batch.ForEach(s => s.Succeed());
            }
            catch (SqliteException e)
            {
                Undo();
                batch.ForEach(s => s.Fail(SqliteAgentStore.Failed(_connection.DataSource, e)));
            }
            batch.Clear();
        }
    }

    private bool Wait()
    {
        ValueTask<bool> more = _steps.Reader.WaitToReadAsync();
        return more.IsCompletedSuccessfully ? more.Result : more.AsTask().GetAwaiter().GetResult();
    }

    private void Undo()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, as it does on a full disk.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _steps.Writer.TryComplete();
        await _loop;
        foreach (SqliteCommand command in _commands.Values)
        {
            await command.DisposeAsync();
        }
        await _connection.DisposeAsync();
    }

    private abstract class Step
    {
        internal abstract bool TryRun(SqliteWriter writer);

        internal abstract void Succeed();

        internal abstract void Fail(Exception cause);
    }

    private sealed class Step<T>(Func<SqliteWriter, T> work) : Step
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;
        private Exception? _failed;

        internal Task<T> Done => _done.Task;

        internal override bool TryRun(SqliteWriter writer)
        {
            try
            {
                _result = work(writer);
                return true;
            }
            catch (Exception e) when (e is not SqliteException { SqliteErrorCode: not 19 }) // 19, a constraint, is this step's own fault
            {
                _failed = e;
                return false;
            }
        }

        internal override void Succeed()
        {
            if (_failed is null)
            {
                _done.TrySetResult(_result);
            }
            else
            {
                _done.TrySetException(SqliteAgentStore.Failed("step", _failed));
            }
        }

        internal override void Fail(Exception cause) => _done.TrySetException(cause);
    }
}
