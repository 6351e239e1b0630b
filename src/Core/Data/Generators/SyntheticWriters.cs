using ResearchKit.Numerics;

namespace ResearchKit.Data;

/// <summary>
/// Handwriting: each class is a line of a few corners, drawn once; each client is a writer whose affine style (turn, scale, slant, shift, thickness of the pen) all its glyphs
/// share; in each row the corners tremble. Grey from 0 to 1, ink bright on dark, clipped after the noise.
/// </summary>
/// <remarks>
/// Like FEMNIST by writers it has: 28 x 28 grey, 62 classes, feature shift between clients that a client's own data make learnable, and sparse ink. It has not: several shapes of
/// one character, real pen strokes, confusable classes (0 and O), or writers with few classes.
/// </remarks>
public sealed class SyntheticWriters : LabeledGenerator
{
    private readonly SyntheticWritersOptions _options;
    private readonly RandomStream _styles;
    private readonly (double X, double Y)[] _corners; // classes x corners

    /// <summary>Draws a world.</summary>
    /// <param name="stream">Draws the glyphs; its split "writer" gives the writers' styles.</param>
    /// <param name="options">The world; the defaults if null.</param>
    public SyntheticWriters(RandomStream stream, SyntheticWritersOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _options = options ?? new SyntheticWritersOptions();
        _styles = stream.Split("writer");
        FeatureShape = [1, _options.Side, _options.Side];
        _corners = new (double X, double Y)[_options.Classes * _options.Corners];
        foreach (ref (double X, double Y) corner in _corners.AsSpan())
            corner = (0.7 * (stream.NextDouble() - 0.5), 0.7 * (stream.NextDouble() - 0.5));
    }

    /// <inheritdoc/>
    public override int ClassCount => _options.Classes;

    /// <inheritdoc/>
    public override IReadOnlyList<int> FeatureShape { get; }

    /// <inheritdoc/>
    protected override RowSampler SamplerFor(int? client)
    {
        Style style = client is { } writer ? StyleOf(_styles.Split(Invariant(writer))) : Style.Plain;
        int side = _options.Side;
        var line = new (double X, double Y)[_options.Corners];
        var noise = new double[side * side];
        return (label, features, stream) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                (double x, double y) = _corners[label * line.Length + i];
                line[i] = style.Apply(x + _options.Jitter * stream.NextGaussian(), y + _options.Jitter * stream.NextGaussian());
            }

            stream.FillGaussian(noise);
            for (int row = 0, to = 0; row < side; row++)
            {
                for (int column = 0; column < side; column++, to++)
                {
                    double x = (column + 0.5) / side - 0.5;
                    double y = (row + 0.5) / side - 0.5;
                    double distance = double.PositiveInfinity;
                    for (int i = 1; i < line.Length; i++)
                        distance = Math.Min(distance, Distance(x, y, line[i - 1], line[i]));
                    // One pixel of the edge is grey, which spares the staircase.
                    double ink = Math.Clamp((style.PenRadius - distance) * side + 0.5, 0, 1);
                    features[to] = (float)Math.Clamp(ink + _options.Noise * noise[to], 0, 1);
                }
            }
        };
    }

    private Style StyleOf(RandomStream stream)
    {
        double scale = _options.StyleScale;
        double turn = 0.18 * scale * stream.NextGaussian();
        double width = Math.Exp(0.12 * scale * stream.NextGaussian());
        double height = Math.Exp(0.12 * scale * stream.NextGaussian());
        double slant = 0.2 * scale * stream.NextGaussian();
        (double sine, double cosine) = Math.SinCos(turn);
        return new Style(
            cosine * width,
            cosine * slant - sine * height,
            sine * width,
            sine * slant + cosine * height,
            0.05 * scale * stream.NextGaussian(),
            0.05 * scale * stream.NextGaussian(),
            Style.Plain.PenRadius * Math.Exp(0.25 * scale * stream.NextGaussian())
        );
    }

    private static double Distance(double x, double y, (double X, double Y) from, (double X, double Y) to)
    {
        (double dx, double dy) = (to.X - from.X, to.Y - from.Y);
        double square = dx * dx + dy * dy;
        double along = square == 0 ? 0 : Math.Clamp(((x - from.X) * dx + (y - from.Y) * dy) / square, 0, 1);
        (double offX, double offY) = (x - from.X - along * dx, y - from.Y - along * dy);
        return Math.Sqrt(offX * offX + offY * offY);
    }

    private readonly record struct Style(double Xx, double Xy, double Yx, double Yy, double ShiftX, double ShiftY, double PenRadius)
    {
        internal static Style Plain { get; } = new(1, 0, 0, 1, 0, 0, 0.045);

        internal (double X, double Y) Apply(double x, double y) => (Xx * x + Xy * y + ShiftX, Yx * x + Yy * y + ShiftY);
    }
}
