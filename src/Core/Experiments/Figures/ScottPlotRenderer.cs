using System.Text;
using ResearchKit.Storage;
using SkiaSharp;

namespace ResearchKit.Experiments;

/// <summary>
/// Draws figures with ScottPlot in the house style, and writes <c>ID.svg</c>, <c>ID.png</c> (twice the resolution), <c>ID-column.pdf</c> and <c>ID-wide.pdf</c> (vector, fonts embedded,
/// 3.33 in and 7 in wide, without a title). The same figure gives the same bytes on the same machine.
/// </summary>
public sealed class ScottPlotRenderer : IFigureRenderer
{
    private const int PngScale = 2;
    private const float PointsPerUnit = 0.75f;
    private readonly FigurePalette? palette;
    private readonly bool paperStyle;

    /// <summary>Draws with the looks of a paper's systems.</summary>
    /// <param name="palette">Made of all figures of the paper, so that a system looks the same in all of them; null gives each figure its own.</param>
    /// <param name="paperStyle">Leave the title out of SVG and PNG too, for figures with a caption. Default false.</param>
    public ScottPlotRenderer(FigurePalette? palette = null, bool paperStyle = false) =>
        (this.palette, this.paperStyle) = (palette, paperStyle);

    /// <inheritdoc/>
    public async Task RenderAsync(Figure figure, string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(figure);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (figure.Id.Length == 0 || figure.Id.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || figure.Id is "." or "..")
        {
            throw new ArgumentException($"The figure's id '{figure.Id}' is not a plain file name.", nameof(figure));
        }

        // All are drawn before the first is written: a figure that cannot be drawn leaves nothing behind.
        (string Ending, byte[] Bytes)[] files =
        [
            (".svg", Encoding.UTF8.GetBytes(Svg(figure, FigureTheme.Light))),
            (".png", Png(figure, FigureTheme.Light)),
            ("-column.pdf", Pdf(figure, FigureWidth.Column)),
            ("-wide.pdf", Pdf(figure, FigureWidth.Wide)),
        ];
        Directory.CreateDirectory(folder);
        foreach ((string ending, byte[] bytes) in files)
        {
            await AtomicFile.WriteAsync(
                Path.Combine(folder, figure.Id + ending),
                async (stream, cancellationToken) => await stream.WriteAsync(bytes, cancellationToken),
                cancellationToken
            );
        }
    }

    /// <summary>The figure as SVG text, with a title and a description for those who do not see it.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="theme">Light, or dark with a transparent background.</param>
    /// <exception cref="ArgumentException">The figure is not drawable.</exception>
    public string Svg(Figure figure, FigureTheme theme) => Svg(figure, theme, "clip");

    internal string Svg(Figure figure, FigureTheme theme, string idPrefix)
    {
        ArgumentNullException.ThrowIfNull(figure);
        FigureLayout layout = FigureLayout.Screen(figure, paperStyle) with { DashByWidth = true };
        using MemoryStream stream = new();
        using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(layout.Width, layout.Height), stream))
        {
            Draw(canvas, figure, theme, layout);
        }

        return SvgText.Finish(Encoding.UTF8.GetString(stream.ToArray()), figure, layout, idPrefix);
    }

    /// <summary>The figure as PNG, two pixels a unit.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="theme">Light, or dark with a transparent background.</param>
    /// <exception cref="ArgumentException">The figure is not drawable.</exception>
    public byte[] Png(Figure figure, FigureTheme theme) => Png(figure, theme, PngScale);

    internal byte[] Png(Figure figure, FigureTheme theme, float scale)
    {
        ArgumentNullException.ThrowIfNull(figure);
        ArgumentNullException.ThrowIfNull(theme);
        FigureLayout layout = FigureLayout.Screen(figure, paperStyle);
        // A picture with a background needs no alpha channel, which is a quarter of its bytes.
        (SKColorType colours, SKAlphaType alpha) = theme.Background is null
            ? (SKColorType.Rgba8888, SKAlphaType.Premul)
            : (SKColorType.Rgb888x, SKAlphaType.Opaque);
        SKImageInfo size = new((int)(layout.Width * scale), (int)(layout.Height * scale), colours, alpha);
        using SKBitmap bitmap = new(size);
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(SKColors.Transparent);
            canvas.Scale(scale);
            Draw(canvas, figure, theme, layout);
        }

        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData data =
            pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 9))
            ?? throw new InvalidOperationException($"Skia could not encode the figure {figure.Id} as PNG.");
        return data.ToArray();
    }

    /// <summary>The figure as a PDF page of its own size: vector, fonts embedded and subset, without a title.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="width">3.33 in or 7 in wide, whatever the figure's own width on screen.</param>
    /// <exception cref="ArgumentException">The figure is not drawable.</exception>
    public byte[] Pdf(Figure figure, FigureWidth width)
    {
        ArgumentNullException.ThrowIfNull(figure);
        FigureLayout layout = FigureLayout.Print(figure, width);
        using MemoryStream stream = new();
        // No creation date: the same figure gives the same bytes.
        SKDocumentPdfMetadata metadata = new()
        {
            Title = figure.Title,
            Creator = "ResearchKit",
            RasterDpi = 300,
            EncodingQuality = 101,
        };
        using (SKDocument document = SKDocument.CreatePdf(stream, metadata))
        {
            SKCanvas canvas = document.BeginPage(layout.Width * PointsPerUnit, layout.Height * PointsPerUnit);
            canvas.Scale(PointsPerUnit);
            Draw(canvas, figure, FigureTheme.Light, layout);
            document.EndPage();
            document.Close();
        }

        return stream.ToArray();
    }

    private void Draw(SKCanvas canvas, Figure figure, FigureTheme theme, FigureLayout layout)
    {
        ArgumentNullException.ThrowIfNull(theme);
        FigureSheet.Draw(canvas, figure, theme, palette ?? FigurePalette.Of(figure), layout);
    }
}
