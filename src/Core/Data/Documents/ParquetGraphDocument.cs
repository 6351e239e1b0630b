using System.Globalization;
using ResearchKit.Graphs;

namespace ResearchKit.Data;

/// <summary>An edge list as a Parquet table: rows of edges that stay keep all their columns; new edges have missing values there.</summary>
internal sealed class ParquetGraphDocument : GraphDocument
{
    private readonly ParquetTable _table;
    private readonly string _u;
    private readonly string _v;

    private ParquetGraphDocument(LoadedGraph loaded, ParquetTable table, string u, string v)
        : base(loaded) => (_table, _u, _v) = (table, u, v);

    internal static new async Task<ParquetGraphDocument> OpenAsync(string path, CancellationToken cancellationToken)
    {
        LoadedGraph loaded = await EdgeList.LoadAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
        ParquetTable table = await ParquetTable.LoadAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
        (int u, int v) = EdgeTables.ColumnsOf([.. table.Names], path, EdgeListOptions.Default);
        return new ParquetGraphDocument(loaded, table, table.Names[u], table.Names[v]);
    }

    private protected override bool Keeps(string format) => format == ".PARQUET";

    private protected override Task SaveWithAttributesAsync(Graph changed, string path, CancellationToken cancellationToken)
    {
        var remaining = new Remaining(changed);
        string[] us = Ids(_u);
        string[] vs = Ids(_v);
        int[] kept = [.. Enumerable.Range(0, us.Length).Where(row => remaining.Take(us[row], vs[row]) || us[row] == vs[row])];
        (string U, string V)[] added = [.. remaining.New()];
        cancellationToken.ThrowIfCancellationRequested();
        (string, Array)[] columns =
        [
            .. _table.Names.Select(name =>
                (
                    name,
                    name == _u ? WithIds(_table.Column(name), kept, [.. added.Select(e => e.U)])
                    : name == _v ? WithIds(_table.Column(name), kept, [.. added.Select(e => e.V)])
                    : WithMissing(_table.Column(name), kept, added.Length)
                )
            ),
        ];
        return ParquetTable.Of(columns).SaveAsync(path, cancellationToken);
    }

    private string[] Ids(string name) =>
        _table.Column(name) is string[] texts ? texts : [.. _table.Int64s(name).Select(id => id.ToString(CultureInfo.InvariantCulture))];

    private static Array WithIds(Array column, int[] kept, string[] added)
    {
        Type type = column.GetType().GetElementType()!;
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        var values = Array.CreateInstance(type, kept.Length + added.Length);
        for (int i = 0; i < kept.Length; i++)
            values.SetValue(column.GetValue(kept[i]), i);
        for (int i = 0; i < added.Length; i++)
            values.SetValue(Convert.ChangeType(added[i], plain, CultureInfo.InvariantCulture), kept.Length + i);
        return values;
    }

    private static Array WithMissing(Array column, int[] kept, int added)
    {
        Type type = column.GetType().GetElementType()!;
        // Only a column of a nullable type can lack a value.
        Type target =
            added > 0 && type.IsValueType && Nullable.GetUnderlyingType(type) is null ? typeof(Nullable<>).MakeGenericType(type) : type;
        var values = Array.CreateInstance(target, kept.Length + added);
        for (int i = 0; i < kept.Length; i++)
            values.SetValue(column.GetValue(kept[i]), i);
        return values;
    }
}
