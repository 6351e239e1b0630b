using System.Text;
using System.Xml.Linq;
using ResearchKit.Experiments;
using SkiaSharp;

namespace ResearchKit.Core.Tests.Experiments;

public class ScottPlotRendererTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() =>
        folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "figures", TestContext.CurrentContext.Test.ID);

    [TearDown]
    public void RemoveFolder()
    {
        // To look at the pictures: RESEARCHKIT_KEEP_FIGURES=1.
        if (Directory.Exists(folder) && Environment.GetEnvironmentVariable("RESEARCHKIT_KEEP_FIGURES") is null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCaseSource(typeof(FigureExamples), nameof(FigureExamples.All))]
    public async Task Writes_four_whole_pictures_of_every_kind(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        ScottPlotRenderer renderer = new();
        await renderer.RenderAsync(figure, folder, CancellationToken.None);
        string[] expected = [.. new[] { "-column.pdf", "-wide.pdf", ".png", ".svg" }.Select(e => figure.Id + e)];
        Assert.That(Directory.EnumerateFiles(folder).Select(Path.GetFileName), Is.EquivalentTo(expected));

        using SKBitmap png = SKBitmap.Decode(Path.Combine(folder, figure.Id + ".png"));
        Assert.That((png.Width, png.Height), Is.EqualTo((figure.Width == FigureWidth.Wide ? 1920 : 1280, 800)));
        Assert.That(DistinctColours(png), Is.GreaterThan(20), "an empty picture");
        SKColor[] corners = [png.GetPixel(1, 1), png.GetPixel(png.Width - 2, 1), png.GetPixel(1, png.Height - 2)];
        Assert.That(corners, Is.All.EqualTo(SKColors.White), "the background reaches every corner");
        bool hasTitle = Enumerable
            .Range(0, png.Width)
            .Any(x => Enumerable.Range(0, png.Height / 10).Any(y => png.GetPixel(x, y).Red < 100));
        Assert.That(hasTitle, "the title is drawn, and the plot does not wipe it away");

        foreach ((string ending, int points) in new[] { ("-column.pdf", 240), ("-wide.pdf", 504) })
        {
            string pdf = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(folder, figure.Id + ending)));
            Assert.That(pdf, Does.StartWith("%PDF-"));
            Assert.That(pdf, Does.Contain($"/MediaBox [0 0 {points} "));
            Assert.That(pdf, Does.Contain("/FontFile2"), "fonts are not embedded");
            Assert.That(pdf, Does.Match(@"/BaseFont /[A-Z]{6}\+"), "fonts are not cut down to the letters that occur");
        }

        Figure? read = FigureJson.Read(FigureJson.Write(figure));
        Assert.That(read!.Series.Select(s => s.Points.Count), Is.EqualTo(figure.Series.Select(s => s.Points.Count)));
        Assert.That(read.Title, Is.EqualTo(figure.Title));
        await File.WriteAllTextAsync(Path.Combine(folder, figure.Id + "-dark.svg"), renderer.Svg(figure, FigureTheme.Dark));
    }

    [TestCaseSource(typeof(FigureExamples), nameof(FigureExamples.All))]
    public void Svg_is_well_formed_and_tells_what_it_shows(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        XElement svg = XElement.Parse(new ScottPlotRenderer().Svg(figure, FigureTheme.Dark));
        XNamespace n = svg.Name.Namespace;
        Assert.That(svg.Attribute("role")!.Value, Is.EqualTo("img"));
        Assert.That(svg.Element(n + "title")!.Value, Is.EqualTo(figure.Title));
        Assert.That(svg.Element(n + "desc")!.Value, Does.StartWith(figure.Y.Label));
        Assert.That(
            svg.DescendantsAndSelf().Attributes("font-family").Select(a => a.Value),
            Is.EqualTo(["'DejaVu Sans','Verdana',sans-serif"])
        );
    }

    [Test]
    public void Same_figure_same_bytes()
    {
        ScottPlotRenderer renderer = new();
        byte[] pdf = renderer.Pdf(FigureExamples.Line, FigureWidth.Column);
        byte[] png = renderer.Png(FigureExamples.Line, FigureTheme.Light);
        string svg = renderer.Svg(FigureExamples.Line, FigureTheme.Light);
        Assert.That(renderer.Pdf(FigureExamples.Line, FigureWidth.Column), Is.EqualTo(pdf));
        Assert.That(renderer.Png(FigureExamples.Line, FigureTheme.Light), Is.EqualTo(png));
        Assert.That(renderer.Svg(FigureExamples.Line, FigureTheme.Light), Is.EqualTo(svg));
    }

    [Test]
    public void A_figure_without_rows_says_so() => Assert.That(Texts(FigureExamples.Empty), Does.Contain("no rows"));

    [Test]
    public void Names_units_marks_and_what_it_stands_on()
    {
        IReadOnlyList<string> texts = Texts(FigureExamples.Line);
        Assert.That(
            texts,
            Is.SupersetOf([
                "Router skew [%]",
                "Throughput [tokens/s]",
                "paper, HarMoEny",
                "Mine (not in the paper)",
                "generated data · simulated hardware",
            ])
        );
        Assert.That(texts, Does.Contain(FigureExamples.Line.Title));
        Assert.That(Texts(FigureExamples.Line, paperStyle: true), Does.Not.Contain(FigureExamples.Line.Title));
    }

    [Test]
    public void What_has_no_logarithm_is_counted_not_hidden() =>
        Assert.That(Texts(FigureExamples.LogLog), Does.Contain("1 value at or below 0 is not shown"));

    [Test]
    public void A_system_has_one_colour_in_all_figures_of_a_paper()
    {
        Figure alone = FigureExamples.Line with { Series = [FigureExamples.Line.Series[2]] };
        FigurePalette palette = FigurePalette.Of(FigureExamples.Line, alone);
        Assert.That(palette.ColourOf("DeepSpeed", FigureTheme.Light), Is.EqualTo("#009E73"));
        Assert.That(new ScottPlotRenderer(palette).Svg(alone, FigureTheme.Light), Does.Contain("#009E73").IgnoreCase);
        Assert.That(() => palette.ColourOf("unknown", FigureTheme.Light), Throws.InstanceOf<KeyNotFoundException>());
    }

    [Test]
    public void Refuses_what_cannot_be_drawn_and_leaves_nothing()
    {
        ScottPlotRenderer renderer = new();
        Figure logBars = FigureExamples.Bars with { Y = FigureExamples.Bars.Y with { Scale = AxisScale.Log } };
        Figure noCategories = FigureExamples.Bars with { X = new("Trace") { Scale = AxisScale.Category } };
        Figure noValue = FigureExamples.Heat with { Series = [new("x", SeriesKind.Heat, [new(1, 1)])] };
        Figure badId = FigureExamples.Line with { Id = "../outside" };
        foreach (Figure figure in new[] { logBars, noCategories, noValue, badId })
        {
            Assert.That(() => renderer.RenderAsync(figure, folder, CancellationToken.None), Throws.ArgumentException);
        }

        Assert.That(Directory.Exists(folder), Is.False);
    }

    private static string[] Texts(Figure figure, bool paperStyle = false)
    {
        XElement svg = XElement.Parse(new ScottPlotRenderer(paperStyle: paperStyle).Svg(figure, FigureTheme.Light));
        return [.. svg.Descendants(svg.Name.Namespace + "text").Select(t => t.Value.Trim())];
    }

    private static int DistinctColours(SKBitmap bitmap) => bitmap.Pixels.Distinct().Take(50).Count();
}
