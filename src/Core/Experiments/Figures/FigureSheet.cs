using ScottPlot;
using SkiaSharp;

namespace ResearchKit.Experiments;

/// <summary>Lays a figure out on a canvas from above: title, a short legend, the plot (with a long legend at its right, or below it in print), and a strip with notes.</summary>
internal static class FigureSheet
{
    internal static void Draw(SKCanvas canvas, Figure figure, FigureTheme theme, FigurePalette palette, FigureLayout layout)
    {
        if (theme.Background is { } background)
        {
            canvas.Clear(SKColor.Parse(background));
        }

        (Plot plot, LegendPlace place, string note) = FigurePlot.Make(figure, theme, palette, layout);
        using (plot)
        {
            float top = layout.HasTitle ? Title(canvas, figure, theme, layout) : layout.FontSize * 0.8f;
            float bottom = layout.Height - (layout.FontSize * 1.5f);
            if (place is LegendPlace.Above or LegendPlace.Below)
            {
                using Paint paint = Paint.NewDisposablePaint();
                float height = plot.Legend.GetLayout(new PixelSize(layout.Width, layout.Height), paint).LegendRect.Height;
                (top, bottom) = place == LegendPlace.Above ? (top + height, bottom) : (top, bottom - height);
                PixelRect rect =
                    place == LegendPlace.Above ? new(0, layout.Width, top, top - height) : new(0, layout.Width, bottom + height, bottom);
                plot.Legend.Render(canvas, paint, rect, Alignment.UpperCenter);
                plot.HideLegend();
            }

            // Room at the right for half of the last tick's label, which ScottPlot would cut.
            float right = layout.FontSize * (place == LegendPlace.Right ? 0.4f : 1.8f);
            plot.Render(canvas, new PixelRect(0, layout.Width - right, bottom, top));
        }

        Strip(canvas, figure, theme, layout, note);
    }

    /// <summary>The title, over as many lines as it needs; gives the height it takes.</summary>
    private static float Title(SKCanvas canvas, Figure figure, FigureTheme theme, FigureLayout layout)
    {
        using SKFont font = new(FigureFont.Bold, layout.FontSize * 1.2f);
        using SKPaint paint = new() { Color = SKColor.Parse(theme.Ink), IsAntialias = true };
        float y = layout.FontSize * 0.4f;
        string line = "";
        foreach (string word in figure.Title.Split(' '))
        {
            if (line.Length > 0 && font.MeasureText($"{line} {word}") > layout.Width - (2 * layout.FontSize))
            {
                Put(line);
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        Put(line);
        return y + (layout.FontSize * 0.7f);

        void Put(string text)
        {
            y += font.Size * 1.2f;
            canvas.DrawText(text, layout.Width / 2f, y, SKTextAlign.Center, font, paint);
        }
    }

    /// <summary>What the values stand on at the right, what is not shown at the left.</summary>
    private static void Strip(SKCanvas canvas, Figure figure, FigureTheme theme, FigureLayout layout, string note)
    {
        using SKFont font = new(FigureFont.Regular, layout.FontSize * 0.8f);
        using SKPaint paint = new() { Color = SKColor.Parse(theme.MutedInk), IsAntialias = true };
        float line = layout.Height - (layout.FontSize * 0.45f);
        canvas.DrawText(ProvenanceText.Of(figure.Provenance), layout.Width - 6, line, SKTextAlign.Right, font, paint);
        canvas.DrawText(note, 6, line, SKTextAlign.Left, font, paint);
    }
}

/// <summary>Where the legend of a figure goes, so that it never covers data.</summary>
internal enum LegendPlace
{
    /// <summary>There is one series, which the axes name.</summary>
    None,

    /// <summary>Over the plot, in a row: up to three entries.</summary>
    Above,

    /// <summary>At the right, outside.</summary>
    Right,

    /// <summary>Below the plot, in rows: in a printed column.</summary>
    Below,
}
