using Parquet;
using Parquet.Schema;

namespace ResearchKit.Data;

/// <summary>Reads and writes a column of one type.</summary>
internal abstract class ParquetColumn
{
    private static readonly Dictionary<Type, ParquetColumn> Columns = new()
    {
        [typeof(bool)] = new Plain<bool>(),
        [typeof(sbyte)] = new Plain<sbyte>(),
        [typeof(byte)] = new Plain<byte>(),
        [typeof(short)] = new Plain<short>(),
        [typeof(ushort)] = new Plain<ushort>(),
        [typeof(int)] = new Plain<int>(),
        [typeof(uint)] = new Plain<uint>(),
        [typeof(long)] = new Plain<long>(),
        [typeof(ulong)] = new Plain<ulong>(),
        [typeof(float)] = new Plain<float>(),
        [typeof(double)] = new Plain<double>(),
        [typeof(DateTime)] = new Plain<DateTime>(),
        [typeof(bool?)] = new WithMissing<bool>(),
        [typeof(sbyte?)] = new WithMissing<sbyte>(),
        [typeof(byte?)] = new WithMissing<byte>(),
        [typeof(short?)] = new WithMissing<short>(),
        [typeof(ushort?)] = new WithMissing<ushort>(),
        [typeof(int?)] = new WithMissing<int>(),
        [typeof(uint?)] = new WithMissing<uint>(),
        [typeof(long?)] = new WithMissing<long>(),
        [typeof(ulong?)] = new WithMissing<ulong>(),
        [typeof(float?)] = new WithMissing<float>(),
        [typeof(double?)] = new WithMissing<double>(),
        [typeof(DateTime?)] = new WithMissing<DateTime>(),
        [typeof(string)] = new Text(),
    };

    internal static ParquetColumn? OfElements(Type type) => Columns.GetValueOrDefault(type);

    internal static ParquetColumn OfField(DataField field, string name)
    {
        Type plain = field.ClrType == typeof(ReadOnlyMemory<char>) ? typeof(string) : field.ClrType; // Parquet.Net's type of text
        Type type = field.IsNullable && plain.IsValueType ? typeof(Nullable<>).MakeGenericType(plain) : plain;
        bool isFlat = !field.IsArray && field.MaxRepetitionLevel == 0 && field.Path.Length == 1;
        return isFlat && OfElements(type) is { } column
            ? column
            : throw new MalformedFileException(
                name,
                "columns of numbers, booleans, times or text",
                $"'{field.Path}' of {field.ClrType.Name}{(isFlat ? "" : " (nested)")}"
            );
    }

    internal abstract DataField FieldOf(string name);

    internal abstract Task<Array> ReadAsync(ParquetReader reader, DataField field, int rows, CancellationToken cancellationToken);

    internal abstract Task WriteAsync(
        ParquetRowGroupWriter group,
        DataField field,
        Array values,
        int start,
        int rows,
        CancellationToken cancellationToken
    );

    private static async Task<Array> FillAsync<T>(ParquetReader reader, int rows, Func<ParquetRowGroupReader, Memory<T>, ValueTask> read)
    {
        var values = new T[rows];
        int start = 0;
        foreach (ParquetRowGroupReader group in reader.RowGroups)
        {
            int count = checked((int)group.RowCount);
            await read(group, values.AsMemory(start, count)).ConfigureAwait(false);
            start += count;
        }

        return values;
    }

    private sealed class Plain<T> : ParquetColumn
        where T : struct
    {
        internal override DataField FieldOf(string name) => new DataField<T>(name);

        internal override Task<Array> ReadAsync(ParquetReader reader, DataField field, int rows, CancellationToken cancellationToken) =>
            FillAsync<T>(
                reader,
                rows,
                async (group, values) => await group.ReadAsync(field, values, null, cancellationToken).ConfigureAwait(false)
            );

        internal override async Task WriteAsync(
            ParquetRowGroupWriter group,
            DataField field,
            Array values,
            int start,
            int rows,
            CancellationToken cancellationToken
        ) => await group.WriteAsync<T>(field, ((T[])values).AsMemory(start, rows), null, null, cancellationToken).ConfigureAwait(false);
    }

    private sealed class WithMissing<T> : ParquetColumn
        where T : struct
    {
        internal override DataField FieldOf(string name) => new DataField<T?>(name);

        internal override Task<Array> ReadAsync(ParquetReader reader, DataField field, int rows, CancellationToken cancellationToken) =>
            FillAsync<T?>(
                reader,
                rows,
                async (group, values) => await group.ReadAsync(field, values, null, cancellationToken).ConfigureAwait(false)
            );

        internal override async Task WriteAsync(
            ParquetRowGroupWriter group,
            DataField field,
            Array values,
            int start,
            int rows,
            CancellationToken cancellationToken
        ) => await group.WriteAsync<T>(field, ((T?[])values).AsMemory(start, rows), null, null, cancellationToken).ConfigureAwait(false);
    }

    private sealed class Text : ParquetColumn
    {
        internal override DataField FieldOf(string name) => new DataField<string>(name);

        internal override Task<Array> ReadAsync(ParquetReader reader, DataField field, int rows, CancellationToken cancellationToken) =>
            FillAsync<string?>(
                reader,
                rows,
                async (group, values) => await group.ReadAsync(field, values, null, cancellationToken).ConfigureAwait(false)
            );

        internal override async Task WriteAsync(
            ParquetRowGroupWriter group,
            DataField field,
            Array values,
            int start,
            int rows,
            CancellationToken cancellationToken
        ) => await group.WriteAsync(field, new ArraySegment<string>((string[])values, start, rows)).ConfigureAwait(false);
    }
}
