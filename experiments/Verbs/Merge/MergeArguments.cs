using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Merge;
using ResearchKit.Storage;

namespace ResearchKit.Papers.Verbs;

/// <summary>The options that plan, run and sweep share.</summary>
internal sealed class MergeArguments
{
    private readonly Option<string> _base = new("--base")
    {
        Description = "The base: a file, or a folder in the Hugging Face layout",
        HelpName = "path",
        Required = true,
    };

    private readonly Option<string[]> _models = new("--model")
    {
        Description = "A task and its fine-tuned model or LoRA adapter; repeat it",
        HelpName = "name=path",
        Required = true,
    };

    private readonly Option<string> _algorithm = new("--algorithm")
    {
        Description = $"How groups are merged: {string.Join(", ", MergeAlgorithms.Known.Names)}",
        HelpName = "name",
        DefaultValueFactory = _ => "average",
    };

    private readonly Option<double?> _lambda = Number("--lambda", "The factor of the unified vector [default: the algorithm's]");
    private readonly Option<double?> _density = Number("--density", "The share of values kept, in (0, 1] [default: the algorithm's]");
    private readonly Option<double?> _dropRate = Number("--drop-rate", "DARE's p, in [0, 1) [default: 0.9]");
    private readonly Option<double?> _ratio = Number("--ratio", "PCB's share of weights kept, in (0, 1] [default: 0.1]");
    private readonly Option<double?> _threshold = Number("--mask-threshold", "The threshold of consensus masks [default: 0.3]");
    private readonly Option<int?> _seed = new("--seed") { Description = "The seed of DARE and of the random order", HelpName = "n" };

    private readonly Option<string?> _layout = new("--layout")
    {
        Description =
            $"The blocks: {string.Join(", ", BlockLayouts.All.Select(l => l.Name))}, or a JSON file {{block: [pattern]}} [default: from the names]",
        HelpName = "name|file",
    };

    private readonly Option<Granularity> _granularity = new("--granularity")
    {
        Description = "How finely blocks are inferred from names",
        HelpName = "model|layer|subLayer|tensor|slice",
        DefaultValueFactory = _ => Granularity.SubLayer,
    };

    private readonly Option<GroupSimilarity> _similarity = new("--similarity")
    {
        Description = "The similarity of groups",
        HelpName = "minimum|mean|maximum",
        DefaultValueFactory = _ => GroupSimilarity.Minimum,
    };

    private readonly Option<MergeOrder> _order = new("--order")
    {
        Description = "The order of merging",
        HelpName = "greedy|leftRight|rightLeft|greedyBySize",
        DefaultValueFactory = _ => MergeOrder.Greedy,
    };

    private readonly Option<string[]> _heads = new("--head")
    {
        Description = "A pattern of tensors that each task keeps for itself, for example classifier; repeat it",
        HelpName = "pattern",
    };

    private readonly Option<bool> _keep = new("--keep-unassigned") { Description = "Keep tensors in no block of the layout per task" };

    private readonly Option<bool> _integers = new("--base-integers")
    {
        Description = "Take the base's tensors of integers where models differ in them",
    };

    private readonly Option<ByteSize> _memory = new("--memory")
    {
        Description = "The most memory for vectors",
        HelpName = "size",
        DefaultValueFactory = _ => new ByteSize(2L << 30),
        CustomParser = result =>
        {
            if (ByteSize.TryParse(result.Tokens[0].Value, out ByteSize size))
            {
                return size;
            }
            result.AddError($"--memory {result.Tokens[0].Value}: write a size, for example 2GiB.");
            return default;
        },
    };

    private readonly Option<bool> _noHash = new("--no-hash") { Description = "Do not compute the SHA-256 of the inputs" };

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _base,
            _models,
            _algorithm,
            _lambda,
            _density,
            _dropRate,
            _ratio,
            _threshold,
            _seed,
            _layout,
            _granularity,
            _similarity,
            _order,
            _heads,
            _keep,
            _integers,
            _memory,
            _noHash,
        ];
        foreach (Option option in all)
        {
            command.Add(option);
        }
    }

    public MergeRequest Read(ParseResult a, double size) =>
        new()
        {
            Base = a.GetRequiredValue(_base),
            Models = a.GetRequiredValue(_models),
            Algorithm = a.GetRequiredValue(_algorithm),
            Parameters = new MergeParameters
            {
                Lambda = a.GetValue(_lambda),
                Density = a.GetValue(_density),
                DropRate = a.GetValue(_dropRate),
                Ratio = a.GetValue(_ratio),
                MaskThreshold = a.GetValue(_threshold),
                Seed = a.GetValue(_seed),
            },
            Layout = a.GetValue(_layout),
            Granularity = a.GetValue(_granularity),
            Heads = a.GetValue(_heads) ?? [],
            KeepUnassigned = a.GetValue(_keep),
            Options = new StreamingMergeOptions
            {
                Size = size,
                Plan = new FlexMergeOptions
                {
                    Similarity = a.GetValue(_similarity),
                    Order = a.GetValue(_order),
                    Seed = a.GetValue(_seed) ?? 43,
                },
                Memory = a.GetValue(_memory),
                TakeBaseIntegers = a.GetValue(_integers),
                HashInputs = !a.GetValue(_noHash),
            },
        };

    /// <summary>Sizes written as a list, or as first:last:step.</summary>
    /// <exception cref="UsageException">The text is neither.</exception>
    public static IReadOnlyList<double> Sizes(string text)
    {
        string[] parts = text.Split(text.Contains(':', StringComparison.Ordinal) ? ':' : ',');
        double[] numbers =
        [
            .. parts.Select(part =>
                double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double n) && double.IsFinite(n) ? n : double.NaN
            ),
        ];
        bool isRange = text.Contains(':', StringComparison.Ordinal);
        if (
            numbers.Any(double.IsNaN)
            || (
                isRange
                && (numbers.Length != 3 || numbers[2] <= 0 || numbers[1] < numbers[0] || (numbers[1] - numbers[0]) / numbers[2] > 10_000)
            )
        )
        {
            throw new UsageException($"--sizes {text}: write a list like 1,2,4, or first:last:step like 1:8:0.5.");
        }
        return isRange
            ?
            [
                .. Enumerable
                    .Range(0, (int)Math.Floor(((numbers[1] - numbers[0]) / numbers[2]) + 1e-9) + 1)
                    .Select(i => numbers[0] + (i * numbers[2])),
            ]
            : numbers;
    }

    private static Option<double?> Number(string name, string description) => new(name) { Description = description, HelpName = "x" };
}
