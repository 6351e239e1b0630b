using System.ComponentModel;
using System.Text;
using CsCheck;
using CsvHelper;
using ResearchKit.Experiments;

namespace ResearchKit.Core.Tests.Experiments;

public sealed record EveryScalar(
    bool Flag,
    bool? MaybeFlag,
    byte Small,
    int Count,
    long Big,
    ulong Huge,
    long? MaybeBig,
    float Single,
    double Real,
    double? MaybeReal,
    decimal Money,
    string Text,
    string? MaybeText,
    Mode Mode,
    Mode? MaybeMode,
    DateTimeOffset At,
    TimeSpan Seconds,
    TimeSpan? MaybeSeconds
);

public sealed class RowSchemaTests
{
    private static readonly Gen<string> Line = Gen.String.Select(t => new string([
        .. t.Where(c => c is not '\r' and not '\n' && !char.IsSurrogate(c)),
    ]));

    private static readonly double[] Special =
    [
        double.NaN,
        double.PositiveInfinity,
        double.NegativeInfinity,
        -0.0,
        double.Epsilon,
        double.MaxValue,
    ];

    private static readonly Gen<double> AnyDouble = Gen.OneOf(Gen.Double, Gen.Int[0, Special.Length - 1].Select(i => Special[i]));

    [Test]
    public void EveryScalarComesBackEqual() =>
        Gen.Select(Gen.Bool, Gen.Byte, Gen.Int, Gen.Long, Gen.ULong, AnyDouble, Line, Gen.Enum<Mode>())
            .Select(
                Gen.Select(Gen.Float, Gen.Decimal, Line, Gen.Long[0, DateTime.MaxValue.Ticks], Gen.Long, Gen.Bool),
                (a, b) =>
                    new EveryScalar(
                        a.Item1,
                        b.Item6 ? a.Item1 : null,
                        a.Item2,
                        a.Item3,
                        a.Item4,
                        a.Item5,
                        b.Item6 ? null : a.Item4,
                        b.Item1,
                        a.Item6,
                        b.Item6 ? null : a.Item6,
                        b.Item2,
                        a.Item7,
                        b.Item6 ? null : b.Item3,
                        a.Item8,
                        b.Item6 ? a.Item8 : null,
                        new DateTimeOffset(b.Item4, TimeSpan.Zero),
                        TimeSpan.FromTicks(b.Item5),
                        b.Item6 ? null : TimeSpan.FromTicks(b.Item5)
                    )
            )
            .Sample(row => RoundTrip(row) is EveryScalar again && again.Equals(row));

    [Test]
    public void TextsWithLineBreaksAreRefusedByName([Values("a\nb", "a\rb", "\r\n")] string text)
    {
        var error = Assert.Throws<ArgumentException>(() => RoundTrip(new TextRow(text)));
        Assert.That(error.Message, Does.StartWith("TextRow.Text: a text with line breaks").And.Contains("artifact"));
    }

    [Test]
    public void ColumnsCarryUnitsAndKinds() =>
        Assert.That(
            RowSchema.Of(typeof(UnitRow)).Columns,
            Is.EqualTo(
                new[]
                {
                    new RowColumn("Rate", "tokens/s", false, true),
                    new RowColumn("Name", null, false, false),
                    new RowColumn("Time", null, false, true),
                }
            )
        );

    [Test]
    public void OtherTypesAndNamesOfTheJournalAreRefused()
    {
        Assert.That(
            Assert.Throws<ArgumentException>(() => RowSchema.Of(typeof(ListRow))).Message,
            Does.Contain("ListRow.Values").And.Contains("scalars only")
        );
        Assert.Throws<ArgumentException>(() => RowSchema.Of(typeof(JournalRow)));
    }

    [Test]
    public void OlderColumnsAreMatchedByName()
    {
        List<string> notes = [];
        object row = Read(typeof(NewRow), ["CellKey", "RowIndex", "Gone", "OldName", "Kept"], "k,0,1,2,3", notes);
        Assert.That(row, Is.EqualTo(new NewRow(3, 2, null, 7, 8)));
        Assert.That(notes, Has.Count.EqualTo(1).And.One.Contains("Gone is ignored"));
    }

    [Test]
    public void AMissingColumnWithoutDefaultIsAnError()
    {
        var error = Assert.Throws<ResearchKitException>(() => Read(typeof(NewRow), ["CellKey", "RowIndex", "Renamed"], "k,0,1", []));
        Assert.That(error.Code, Is.EqualTo(ErrorCodes.RunDamaged));
        Assert.That(error.Message + error.Remedy, Does.Contain("Kept").And.Contains("Raise the Version"));
    }

    private static object RoundTrip(object row)
    {
        RowSchema schema = RowSchema.Of(row.GetType());
        using RowFormatter formatter = new(schema);
        byte[] line = formatter.Line("k", 0, row);
        return Read(row.GetType(), RowFormatter.Columns(schema).Split(','), Encoding.UTF8.GetString(line), []);
    }

    private static object Read(Type type, string[] header, string line, ICollection<string> notes)
    {
        RowSchema schema = RowSchema.Of(type);
        using CsvReader reader = RowLines.Reader(Encoding.UTF8.GetBytes(line));
        Assert.That(reader.Read(), Is.True);
        return schema.Read(reader, schema.Map(header, "old.csv", notes));
    }

    private sealed record TextRow(string Text);

    private sealed record UnitRow([property: Unit("tokens/s")] double Rate, string Name)
    {
        public TimeSpan Time { get; init; }

        public double Computed => Rate * 2;
    }

    private sealed record ListRow(int[] Values);

    private sealed record JournalRow(int RowIndex);

    private sealed record NewRow(
        int Kept,
        [property: CsvColumn("Renamed", "OldName")] int Renamed,
        double? Later,
        int WithDefault = 7,
        [property: DefaultValue(8)] int Attributed = 0
    );
}
