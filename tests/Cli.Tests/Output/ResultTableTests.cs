namespace ResearchKit.Cli.Tests;

public sealed class ResultTableTests
{
    private static ResultTable Table() =>
        new ResultTable("claim", "interval").Add("HarMoEny over the next best system at 90 % skew", "[1.48, 1.55]").Add("short", "");

    [Test]
    public void In_a_pipe_a_table_is_plain_columns_without_blanks_behind_them()
    {
        string text = Write(Table(), isTerminal: false, width: 120);
        Assert.That(
            text,
            Is.EqualTo(
                """
                claim                                           interval
                HarMoEny over the next best system at 90 % skew [1.48, 1.55]
                short

                """
            )
        );
    }

    [Test]
    public void A_narrow_table_wraps_its_cells_and_loses_no_word()
    {
        string text = Write(Table(), isTerminal: false, width: 40);
        Assert.That(text.Split('\n').Max(l => l.Length), Is.LessThanOrEqualTo(40));
        Assert.That(
            string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)),
            Does.Contain("HarMoEny over the next").And.Contain("90 % skew")
        );
        Assert.That(text, Does.Contain("[1.48, 1.55]"));
    }

    [Test]
    public void Where_columns_do_not_fit_side_by_side_rows_are_blocks()
    {
        ResultTable wide = new("verdict", "experiment", "published", "measured", "accepted");
        wide.Add("Confirmed", "harmoeny/throughput", "1.37 to 1.70", "1.52", "at least 1.3");
        string text = Write(wide, isTerminal: false, width: 40);
        Assert.That(text, Does.Contain("verdict: Confirmed\nexperiment: harmoeny/throughput\npublished: 1.37 to 1.70\n"));
    }

    [Test]
    public void Colours_and_borders_are_for_terminals()
    {
        ResultTable table = new ResultTable("verdict").Add(new ResultCell("Failed", Tone.Bad));
        Assert.That(Write(table, isTerminal: true, width: 80), Does.Contain("\u001b[").And.Contain("─"));
        Assert.That(Write(table, isTerminal: true, width: 80, colour: false), Does.Not.Contain("\u001b[3").And.Contain("Failed"));
        Assert.That(Write(table, isTerminal: false, width: 80), Is.EqualTo("verdict\nFailed\n"));
    }

    [Test]
    public void A_row_has_a_cell_for_each_column() => Assert.That(() => new ResultTable("a", "b").Add("1"), Throws.ArgumentException);

    private static string Write(ResultTable table, bool isTerminal, int width, bool colour = true)
    {
        BufferedTerminal terminal = new(isTerminal, width);
        new ResultWriter(terminal, plain: false, colour).Table(table);
        return terminal.OutText;
    }
}
