using ResearchKit.Data;
using ResearchKit.Learning;
using ResearchKit.Numerics;

namespace ResearchKit.Papers.FlexMerge;

/// <summary>Tasks of small real images, in the common form of 28 x 28 grey pixels in [0, 1].</summary>
internal sealed class RealSuite(DatasetCatalog catalog, int images)
{
    private const int TestImages = 1000;

    private static readonly string[] Natural = ["mnist", "fashion", "kmnist", "kannada", "dig-mnist", "usps", "cifar-grey", "katakana"];

    private static readonly string[] Transformed =
    [
        "mnist rot90",
        "fashion inverted",
        "kmnist",
        "kannada rot180",
        "dig-mnist",
        "usps rot270",
        "cifar-grey",
        "katakana",
    ];

    private static readonly string[] More =
    [
        "mnist rot180",
        "fashion rot90",
        "kmnist rot90",
        "kannada inverted",
        "tagalog",
        "digits",
        "mnist inverted",
        "fashion rot270",
        "kmnist inverted",
        "usps rot90",
        "dig-mnist rot180",
        "early_aramaic",
        "kannada rot180",
        "fashion classes0,1,2,3,4",
        "fashion classes5,6,7,8,9",
        "greek",
        "latin",
        "korean rot90",
        "cifar-grey classes2,3,4,5,6,7",
        "cifar-grey classes0,1,8,9",
        "mnist patches1",
        "fashion patches2",
    ];

    private readonly Dictionary<string, (LabeledData Train, LabeledData Test)> _sources = new(StringComparer.Ordinal);

    public async Task<TaskSuite> LoadAsync(string suite, CancellationToken cancellationToken)
    {
        LabeledData[] pretraining =
        [
            await HeadAsync("fl-mnist", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", cancellationToken),
            await HeadAsync(
                "images-fashion-mnist",
                "train-20000-images-idx3-ubyte.gz",
                "train-20000-labels-idx1-ubyte.gz",
                cancellationToken
            ),
            await OmniglotAsync("sanskrit", cancellationToken),
            await OmniglotAsync("korean", cancellationToken),
            await OmniglotAsync("balinese", cancellationToken),
        ];
        string[] names = suite switch
        {
            Suites.Eight => Natural,
            Suites.EightTransformed => Transformed,
            _ => [.. Natural, .. More],
        };
        List<ImageTask> tasks = [];
        foreach (string name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            tasks.Add(await TaskAsync(name, cancellationToken));
        }
        return new TaskSuite(pretraining, tasks);
    }

    private async Task<ImageTask> TaskAsync(string name, CancellationToken cancellationToken)
    {
        string[] words = name.Split(' ', 2);
        if (!_sources.TryGetValue(words[0], out (LabeledData Train, LabeledData Test) source))
        {
            _sources[words[0]] = source = await SourceAsync(words[0], cancellationToken);
        }
        (LabeledData train, LabeledData test) = source;
        if (words.Length > 1)
        {
            (train, test) = (TaskTransforms.Apply(train, words[1]), TaskTransforms.Apply(test, words[1]));
        }
        return new ImageTask(name.Replace(' ', '-').Replace(',', '+'), First(train, images), First(test, TestImages));
    }

    private async Task<(LabeledData Train, LabeledData Test)> SourceAsync(string name, CancellationToken cancellationToken)
    {
        switch (name)
        {
            // The base has seen the training images of MNIST and Fashion-MNIST: the tasks are the published test images.
            case "mnist":
                return Split(name, await IdxAsync("fl-mnist", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", cancellationToken));
            case "fashion":
                return Split(
                    name,
                    await IdxAsync("images-fashion-mnist", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", cancellationToken)
                );
            case "kmnist":
                return Split(
                    name,
                    await IdxAsync("images-kmnist", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", cancellationToken)
                );
            case "kannada":
                return Split(
                    name,
                    await IdxAsync(
                        "images-kannada-mnist",
                        "kannada-test-images-idx3-ubyte.gz",
                        "kannada-test-labels-idx1-ubyte.gz",
                        cancellationToken
                    )
                );
            case "dig-mnist":
                return Split(
                    name,
                    await IdxAsync(
                        "images-kannada-mnist",
                        "dig-mnist-images-idx3-ubyte.gz",
                        "dig-mnist-labels-idx1-ubyte.gz",
                        cancellationToken
                    )
                );
            case "usps":
                return (
                    await IdxAsync("images-usps", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", cancellationToken),
                    await IdxAsync("images-usps", "test-images-idx3-ubyte.gz", "test-labels-idx1-ubyte.gz", cancellationToken)
                );
            case "digits":
                return Split(
                    name,
                    await IdxAsync("images-digits", "digits-images-idx3-ubyte.gz", "digits-labels-idx1-ubyte.gz", cancellationToken)
                );
            case "cifar-grey":
                return (await CifarAsync("train_10000.bin.gz", cancellationToken), await CifarAsync("test_2000.bin.gz", cancellationToken));
            case "katakana":
                return Split(name, await OmniglotAsync("japanese_katakana", cancellationToken));
            default:
                return Split(name, await OmniglotAsync(name, cancellationToken));
        }
    }

    // A fixed permutation: 80 % to learn from, 20 % to test on, for all seeds.
    private static (LabeledData, LabeledData) Split(string name, LabeledData data)
    {
        LabeledData[] parts = data.SplitStratified(RandomStream.Named("flexmerge", "split", name), 0.8);
        return (Shuffled(parts[0], name, "train"), Shuffled(parts[1], name, "test"));
    }

    private static LabeledData Shuffled(LabeledData data, string name, string part) =>
        data.Subset(RandomStream.Named("flexmerge", "order", name, part).Permutation(data.Count));

    private static LabeledData First(LabeledData data, int count) =>
        data.Count <= count ? data : data.Subset([.. Enumerable.Range(0, count)]);

    private async Task<LabeledData> HeadAsync(string dataset, string imageFile, string labelFile, CancellationToken cancellationToken) =>
        First(await IdxAsync(dataset, imageFile, labelFile, cancellationToken), 15_000);

    private Task<LabeledData> OmniglotAsync(string alphabet, CancellationToken cancellationToken) =>
        IdxAsync("images-omniglot", $"{alphabet}-images-idx3-ubyte.gz", $"{alphabet}-labels-idx1-ubyte.gz", cancellationToken);

    private async Task<LabeledData> IdxAsync(string dataset, string imageFile, string labelFile, CancellationToken cancellationToken)
    {
        DatasetFolder folder = await catalog.RequireAsync(dataset, cancellationToken);
        LabeledData data = await IdxFile.LoadLabeledAsync(
            folder.FilePath(imageFile),
            folder.FilePath(labelFile),
            cancellationToken: cancellationToken
        );
        IReadOnlyList<int> shape = data.Schema.FeatureShape;
        return shape[^1] == 28
            ? data
            : TaskTransforms.Transform(data, new ImageTransforms(new ImageShape(1, shape[^2], shape[^1]), ImageTransform.Resize(28, 28)));
    }

    private async Task<LabeledData> CifarAsync(string file, CancellationToken cancellationToken)
    {
        DatasetFolder folder = await catalog.RequireAsync("fl-cifar10-jpeg-subset", cancellationToken);
        LabeledData data = await CifarBinary.LoadAsync([folder.FilePath(file)], cancellationToken: cancellationToken);
        return TaskTransforms.Transform(
            data,
            new ImageTransforms(new ImageShape(3, 32, 32), ImageTransform.Grey(), ImageTransform.CentreCrop(28, 28))
        );
    }
}
