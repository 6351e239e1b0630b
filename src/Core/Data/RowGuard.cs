namespace ResearchKit.Data;

/// <summary>
/// Watches over rows that may not be read, as a test of an experiment does: give the code the guarded <see cref="Data"/>, and reading features or label of a forbidden
/// row, in whatever subset or split of it, throws. Evaluation, which may read them, runs between <see cref="Allow"/> and its disposal.
/// </summary>
public sealed class RowGuard
{
    private readonly bool[] _forbidden;
    private readonly RowGuard? _inner;
    private readonly AsyncLocal<int> _allowed = new();

    /// <summary>Forbids rows.</summary>
    /// <param name="data">The data; not changed. Data guarded already stay guarded too.</param>
    /// <param name="forbidden">The rows, as numbered in <paramref name="data"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A row is out of range.</exception>
    public RowGuard(LabeledData data, params ReadOnlySpan<int> forbidden)
    {
        ArgumentNullException.ThrowIfNull(data);
        _forbidden = new bool[data.PlaceCount];
        foreach (int row in forbidden)
            _forbidden[data.PlaceOf(data.Checked(row))] = true;
        _inner = data.Guard;
        Data = data.Under(this);
    }

    /// <summary>The same rows, guarded.</summary>
    public LabeledData Data { get; }

    /// <summary>Lets the current flow of control, and the tasks it starts, read the forbidden rows until the result is disposed.</summary>
    /// <returns>Ends the permission.</returns>
    public IDisposable Allow()
    {
        _allowed.Value++;
        return new Permission(this);
    }

    internal void Check(int place)
    {
        _inner?.Check(place);
        if (_forbidden[place] && _allowed.Value == 0)
            throw new ForbiddenRowException(place);
    }

    private sealed class Permission(RowGuard guard) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            if (!_ended)
                guard._allowed.Value--;
            _ended = true;
        }
    }
}
