using ResearchKit.Data;

namespace ResearchKit.Audit;

/// <summary>
/// The attributes of CelebA: a table of image_id and 40 attributes, 1 or -1. Rows are in the published order: 162,770 to train, then 19,867 to validate, the rest to test. The audit's group is Male; 37 attributes are targets
/// (all but Male, Receding_Hairline and Wearing_Hat, on which the paper's solver failed).
/// </summary>
public sealed class CelebAttributes
{
    /// <summary>The first row of the validation images.</summary>
    public const int ValidationFrom = 162_770;

    /// <summary>The first row of the test images.</summary>
    public const int TestFrom = 182_637;

    private const string GroupAttribute = "Male";
    private static readonly string[] NoTargets = [GroupAttribute, "Receding_Hairline", "Wearing_Hat"];

    private readonly string[] _images;
    private readonly Dictionary<string, byte[]> _attributes;

    private CelebAttributes(string[] images, Dictionary<string, byte[]> attributes, IReadOnlyList<string> names) =>
        (_images, _attributes, Names) = (images, attributes, names);

    /// <summary>The names of the attributes, in the order of the file.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The attributes that the paper predicts.</summary>
    public IReadOnlyList<string> Targets => [.. Names.Except(NoTargets)];

    /// <summary>The files of the images, in the order of the rows.</summary>
    public IReadOnlyList<string> Images => _images;

    /// <summary>The number of images.</summary>
    public int Count => _images.Length;

    /// <summary>The group: 1 for men.</summary>
    public ReadOnlyMemory<byte> Group => Of(GroupAttribute);

    /// <summary>An attribute, 0 or 1 for each image.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no such attribute.</exception>
    public ReadOnlyMemory<byte> Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _attributes.TryGetValue(name, out byte[]? values)
            ? values
            : throw new ArgumentException($"There is no attribute '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
    }

    /// <summary>Reads list_attr_celeba.csv.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">The first column is not image_id, there is no Male, or a value is neither 1 nor -1 (or 0).</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<CelebAttributes> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        List<string> images = [];
        List<byte>[] values = [];
        string[] names = [];
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, null, cancellationToken).ConfigureAwait(false))
        {
            if (images.Count == 0)
            {
                if (record.Columns[0] != "image_id" || !record.Columns.Contains(GroupAttribute))
                {
                    throw new MalformedFileException(
                        path,
                        "the columns image_id, Male and other attributes",
                        string.Join(", ", record.Columns),
                        line: 1
                    );
                }
                names = [.. record.Columns.Skip(1)];
                values = [.. names.Select(_ => new List<byte>())];
            }
            images.Add(record[0]);
            for (int i = 0; i < names.Length; i++)
            {
                values[i]
                    .Add(
                        record[i + 1] switch
                        {
                            "1" => 1,
                            "-1" or "0" => 0,
                            var other => throw new MalformedFileException(path, "1 or -1", other, record.Line, i + 2),
                        }
                    );
            }
        }
        return images.Count == 0
            ? throw new MalformedFileException(path, "at least one record", "none", line: 1)
            : new CelebAttributes([.. images], names.Zip(values).ToDictionary(p => p.First, p => p.Second.ToArray()), names);
    }
}
