namespace ResearchKit.Experiments;

/// <summary>Makes pictures of a figure.</summary>
public interface IFigureRenderer
{
    /// <summary>
    /// Writes the pictures of a figure, each to a temporary name and then renamed: what lies in the folder under a final name is whole.
    /// File names begin with the figure's id.
    /// </summary>
    /// <param name="figure">The figure.</param>
    /// <param name="folder">The folder; made if it is not there.</param>
    /// <param name="cancellationToken">Honoured between files.</param>
    /// <exception cref="ArgumentException">The figure is not drawable: an id that is no file name, a bar on a logarithmic axis, a point without its value.</exception>
    Task RenderAsync(Figure figure, string folder, CancellationToken cancellationToken);
}
