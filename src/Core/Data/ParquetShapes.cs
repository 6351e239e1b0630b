using System.Collections.Frozen;
using System.Globalization;

namespace ResearchKit.Data;

/// <summary>
/// The structures of parquet.thrift, by which field has which type. The reader of Parquet files takes the type of a field it knows for granted: where damaged bytes say another one it reads on at a wrong
/// place, and a number it looks for behind the end never ends.
/// </summary>
internal static class ParquetShapes
{
    // Types: b one byte, i a whole number of any width, d a double, s bytes or text, t true or false; [X] a list of X; else the name of a structure.
    private const string Text = """
        FileMetaData: 1 i, 2 [SchemaElement], 3 i, 4 [RowGroup], 5 [KeyValue], 6 s, 7 [ColumnOrder], 8 EncryptionAlgorithm, 9 s
        SchemaElement: 1 i, 2 i, 3 i, 4 s, 5 i, 6 i, 7 i, 8 i, 9 i, 10 LogicalType
        LogicalType: 1 Empty, 2 Empty, 3 Empty, 4 Empty, 5 Decimal, 6 Empty, 7 Time, 8 Time, 10 Int, 11 Empty, 12 Empty, 13 Empty, 14 Empty, 15 Empty, 16 Variant, 17 Geometry, 18 Geometry
        Empty:
        Decimal: 1 i, 2 i
        Time: 1 t, 2 TimeUnit
        TimeUnit: 1 Empty, 2 Empty, 3 Empty
        Int: 1 b, 2 t
        Variant: 1 b
        Geometry: 1 s, 2 i
        RowGroup: 1 [ColumnChunk], 2 i, 3 i, 4 [SortingColumn], 5 i, 6 i, 7 i
        ColumnChunk: 1 s, 2 i, 3 ColumnMetaData, 4 i, 5 i, 6 i, 7 i, 8 ColumnCryptoMetaData, 9 s
        ColumnMetaData: 1 i, 2 [i], 3 [s], 4 i, 5 i, 6 i, 7 i, 8 [KeyValue], 9 i, 10 i, 11 i, 12 Statistics, 13 [PageEncodingStats], 14 i, 15 i, 16 SizeStatistics, 17 GeospatialStatistics
        Statistics: 1 s, 2 s, 3 i, 4 i, 5 s, 6 s, 7 t, 8 t
        SizeStatistics: 1 i, 2 [i], 3 [i]
        GeospatialStatistics: 1 BoundingBox, 2 [i]
        BoundingBox: 1 d, 2 d, 3 d, 4 d, 5 d, 6 d, 7 d, 8 d
        PageEncodingStats: 1 i, 2 i, 3 i
        SortingColumn: 1 i, 2 t, 3 t
        KeyValue: 1 s, 2 s
        ColumnOrder: 1 Empty
        ColumnCryptoMetaData: 1 Empty, 2 ColumnKey
        ColumnKey: 1 [s], 2 s
        EncryptionAlgorithm: 1 Aes, 2 Aes
        Aes: 1 s, 2 s, 3 t
        PageHeader: 1 i, 2 i, 3 i, 4 i, 5 DataPageHeader, 6 Empty, 7 DictionaryPageHeader, 8 DataPageHeaderV2
        DataPageHeader: 1 i, 2 i, 3 i, 4 i, 5 Statistics
        DictionaryPageHeader: 1 i, 2 i, 3 t
        DataPageHeaderV2: 1 i, 2 i, 3 i, 4 i, 5 i, 6 i, 7 t, 8 Statistics
        """;

    private static readonly FrozenDictionary<string, FrozenDictionary<int, string>> Structures = Text.Split('\n')
        .Select(line => line.Split(':', StringSplitOptions.TrimEntries))
        .ToFrozenDictionary(
            parts => parts[0],
            parts =>
                parts[1]
                    .Split(", ", StringSplitOptions.RemoveEmptyEntries)
                    .Select(field => field.Split(' '))
                    .ToFrozenDictionary(field => int.Parse(field[0], CultureInfo.InvariantCulture), field => field[1])
        );

    /// <summary>The structure at the end of a file.</summary>
    public const string FileMetaData = nameof(FileMetaData);

    /// <summary>The structure before a page.</summary>
    public const string PageHeader = nameof(PageHeader);

    /// <summary>The type of a field, or null where the structure has none of that number: a newer one, which is passed over.</summary>
    /// <param name="structure">The name of the structure; null: an unknown one.</param>
    /// <param name="field">The number of the field.</param>
    public static string? OfField(string? structure, int field) =>
        structure is null ? null : Structures[structure].GetValueOrDefault(field);

    /// <summary>The type of a list's elements, or null if it is no list.</summary>
    public static string? OfElement(string? type) => type?[0] == '[' ? type[1..^1] : null;

    /// <summary>Whether a number of Thrift's compact protocol stands for a type.</summary>
    public static bool Fits(string type, int compact) =>
        type[0] switch
        {
            't' => compact is 1 or 2,
            'b' => compact == 3,
            'i' => compact is 4 or 5 or 6,
            'd' => compact == 7,
            's' => compact == 8,
            '[' => compact == 9,
            _ => compact == 12,
        };
}
