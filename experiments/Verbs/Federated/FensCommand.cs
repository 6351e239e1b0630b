using System.CommandLine;
using System.Globalization;
using ResearchKit.Cli;
using ResearchKit.Federated;

namespace ResearchKit.Papers.Verbs;

/// <summary><c>federated fens</c>: its arguments, and how its result is shown.</summary>
internal sealed class FensCommand
{
    private readonly Option<string?> _data = Text(
        "--data",
        "A table with features and one class column, to be divided among clients",
        "file"
    );
    private readonly Option<string?> _label = Text(
        "--label",
        "The class column: its name, or its number from 0 [default: the last]",
        "column"
    );
    private readonly Option<string?> _partition = Text(
        "--partition",
        "How rows are divided [default: dirichlet:0.1]",
        "iid|dirichlet:A|shards:S|classes:C|quantity:A|column:NAME"
    );
    private readonly Option<int?> _clients = Number("--clients", "How many clients [default: 20]", "M");
    private readonly Option<string?> _hidden = Text(
        "--hidden",
        "Hidden units of the clients' network, comma-separated; 0 for a linear model [default: 32]",
        "units"
    );
    private readonly Option<int?> _epochs = Number("--epochs", "Epochs of each client's training [default: 20]", "n");
    private readonly Option<double?> _rate = new("--rate")
    {
        Description = "Learning rate of the clients [default: 0.1]",
        HelpName = "rate",
    };
    private readonly Option<string[]> _logits = Files(
        "--logits",
        "Logits instead of data: one npy file a client, rows x classes, all on the same rows"
    );
    private readonly Option<string[]> _onnx = Files("--onnx", "ONNX models instead of training, one a client; --data gives the rows");
    private readonly Option<string?> _labels = Text("--labels", "With --logits: the class of each row, an npy file of integers", "file");
    private readonly Option<string?> _owners = Text(
        "--owners",
        "With --logits or --onnx: the client of each row, an npy file; -1 is a test row [default: dealt at random]",
        "file"
    );
    private readonly Option<string?> _counts = Text(
        "--counts",
        "With --logits or --onnx: each client's training rows by class, an npy file, for the weighted average [default: those of the proxies]",
        "file"
    );
    private readonly Option<double?> _proxy = new("--proxy")
    {
        Description = "Share of a client's rows that trains the aggregator [default: 0.1]",
        HelpName = "share",
    };
    private readonly Option<double?> _test = new("--test")
    {
        Description = "Share of all rows kept for the table [default: 0.2]",
        HelpName = "share",
    };
    private readonly Option<string?> _aggregator = Text("--aggregator", "What is learned [default: mlp]", "linear|per-class-weights|mlp");
    private readonly Option<int?> _rounds = Number("--rounds", "Rounds of training the aggregator [default: 500]", "R");
    private readonly Option<double?> _serverRate = new("--server-rate")
    {
        Description = "Learning rate of FedAdam's server [default: 0.001]",
        HelpName = "rate",
    };
    private readonly Option<Quantization?> _quantization = new("--quantization")
    {
        Description = "Models in the download [default: int8Static]",
        HelpName = "int8Static|int8Weights|none",
    };
    private readonly Option<bool> _drop = new("--drop-not-finite")
    {
        Description = "Leave out clients whose model is not finite, instead of stopping",
    };
    private readonly Option<int?> _seed = Number("--seed", "Decides splits, first parameters and batches [default: 1]", "n");
    private readonly Option<int?> _threads = Number("--threads", "Threads; the result does not depend on them [default: 1]", "n");
    private readonly Option<string?> _out = Text(
        "--out",
        "A folder for the aggregator, the models and the table [default: fens]",
        "folder"
    );
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the interrupted job in --out" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace results that are in --out" };
    private readonly Option<bool> _json = new("--json") { Description = "Answer with one JSON document" };

    /// <summary>The command.</summary>
    public Command Build(VerbContext context)
    {
        Command command = new(
            "fens",
            "Train an ensemble's aggregator by federated learning (FENS), from data, from logits or from ONNX models"
        );
        foreach (
            Option option in (Option[])
                [
                    _data,
                    _label,
                    _partition,
                    _clients,
                    _hidden,
                    _epochs,
                    _rate,
                    _logits,
                    _onnx,
                    _labels,
                    _owners,
                    _counts,
                    _proxy,
                    _test,
                    _aggregator,
                    _rounds,
                    _serverRate,
                    _quantization,
                    _drop,
                    _seed,
                    _threads,
                    _out,
                    _resume,
                    _force,
                    _json,
                ]
        )
        {
            command.Add(option);
        }
        return context.Handle(command, (call, cancellationToken) => RunAsync(call, cancellationToken), Check);
    }

    private async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        ParseResult a = call.Arguments;
        FensRequest request = new()
        {
            Data = a.GetValue(_data),
            Label = a.GetValue(_label),
            Partition = a.GetValue(_partition) ?? "dirichlet:0.1",
            Clients = a.GetValue(_clients) ?? 20,
            Hidden = a.GetValue(_hidden) ?? "32",
            Epochs = a.GetValue(_epochs) ?? 20,
            Rate = a.GetValue(_rate) ?? 0.1,
            Logits = a.GetValue(_logits) ?? [],
            Onnx = a.GetValue(_onnx) ?? [],
            Labels = a.GetValue(_labels),
            Owners = a.GetValue(_owners),
            Counts = a.GetValue(_counts),
            Proxy = a.GetValue(_proxy) ?? 0.1,
            Test = a.GetValue(_test) ?? 0.2,
            Aggregator = a.GetValue(_aggregator) ?? "mlp",
            Rounds = a.GetValue(_rounds) ?? 500,
            ServerRate = a.GetValue(_serverRate) ?? 0.001,
            Quantization = a.GetValue(_quantization) ?? Quantization.Int8Static,
            OnNonFinite = a.GetValue(_drop) ? NonFinitePolicy.Drop : NonFinitePolicy.Error,
            Seed = a.GetValue(_seed) ?? 1,
            Threads = a.GetValue(_threads) ?? 1,
            Out = a.GetValue(_out) ?? "fens",
            Resume = a.GetValue(_resume),
            Force = a.GetValue(_force),
        };
        FensReport report;
        try
        {
            report = await new FensJob(request, call.Loggers.CreateLogger("fens")).RunAsync(cancellationToken);
        }
        catch (ResearchKitException e) when (e.Code.StartsWith("RK61", StringComparison.Ordinal) || e is Data.PartitionException)
        {
            // What does not fit together is the user's to correct, not the machine's.
            throw new UsageException($"{e.Message} {e.Remedy} ({e.Code})");
        }
        if (a.GetValue(_json))
        {
            call.Results.Document(report);
            return ExitCode.Done;
        }
        Show(call, report);
        return ExitCode.Done;
    }

    private static void Show(Call call, FensReport report)
    {
        call.Results.Line(
            $"{report.Clients} clients, {report.Classes} classes, {report.ProxyRows} proxy rows, {report.TestRows} test rows"
        );
        ResultTable table = new ResultTable("method", "accuracy", "oracle", "up a client", "down a client").Right(1, 2, 3, 4);
        foreach (FensLine line in report.Methods)
        {
            table.Add(
                line.Method,
                line.Accuracy.ToString("0.000", CultureInfo.InvariantCulture),
                line.Oracle.ToString("0.000", CultureInfo.InvariantCulture),
                Bytes(line.UpBytes),
                Bytes(line.DownBytes)
            );
        }
        call.Results.Table(table);
        call.Results.Line(
            $"accuracy: the last round. oracle: the best round on the test rows, which no one may choose. Traffic of FENS: {FensTraffic.FensFormula} by formula."
        );
        foreach (string warning in report.Warnings)
        {
            call.Note(warning);
        }
        call.Results.Line($"aggregator: {report.Aggregator}");
    }

    private static string Bytes(long? bytes) => bytes?.ToString("#,0", CultureInfo.InvariantCulture) ?? "not known";

    private IEnumerable<string> Check(ParseResult a)
    {
        bool data = a.GetResult(_data) is not null;
        bool logits = a.GetResult(_logits) is not null;
        bool onnx = a.GetResult(_onnx) is not null;
        if (logits && (data || onnx))
        {
            yield return "Give --logits, or --data with or without --onnx, not both.";
        }
        if (!data && !logits)
        {
            yield return "Give --data FILE to train clients, or --logits FILES with --labels FILE.";
        }
        if (logits != a.GetResult(_labels) is not null)
        {
            yield return "--logits and --labels belong together.";
        }
        if (a.GetResult(_owners) is not null && !logits && !onnx)
        {
            yield return "--owners is for --logits and --onnx; with --data alone --partition divides the rows.";
        }
        foreach ((Option option, double? value) in ((Option, double?)[])[(_proxy, a.GetValue(_proxy)), (_test, a.GetValue(_test))])
        {
            if (value is not (null or > 0 and < 1))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; allowed is above 0 and below 1.");
            }
        }
        foreach (
            (Option option, int? value) in ((Option, int?)[])
                [
                    (_clients, a.GetValue(_clients)),
                    (_epochs, a.GetValue(_epochs)),
                    (_rounds, a.GetValue(_rounds)),
                    (_threads, a.GetValue(_threads)),
                ]
        )
        {
            if (value < 1)
            {
                yield return $"{option.Name} is {value}; allowed is at least 1.";
            }
        }
    }

    private static Option<string?> Text(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    private static Option<int?> Number(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    private static Option<string[]> Files(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "files",
            AllowMultipleArgumentsPerToken = true,
        };
}
