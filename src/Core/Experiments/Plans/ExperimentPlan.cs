using System.Text;
using ResearchKit.Storage;

namespace ResearchKit.Experiments;

/// <summary>The cells of an experiment under one set of options, each with its key.</summary>
public sealed class ExperimentPlan
{
    private readonly Dictionary<string, PlannedCell> byKey;

    internal ExperimentPlan(ExperimentInfo experiment, ExperimentOptions options, IReadOnlyList<PlannedCell> cells)
    {
        (Experiment, Options, Cells) = (experiment, options, cells);
        OptionsJson = ExperimentJson.Canonical(options, ExperimentJson.Whole);
        OptionsHash = HashOf(options);
        Hash = Checksum.Sha256(Encoding.ASCII.GetBytes(string.Join('\n', cells.Select(c => c.Key))));
        byKey = cells.ToDictionary(c => c.Key, StringComparer.Ordinal);
    }

    /// <summary>The experiment.</summary>
    public ExperimentInfo Experiment { get; }

    /// <summary>The options.</summary>
    public ExperimentOptions Options { get; }

    /// <summary>The cells, in the order of the experiment.</summary>
    public IReadOnlyList<PlannedCell> Cells { get; }

    /// <summary>All options as canonical JSON.</summary>
    public string OptionsJson { get; }

    /// <summary>The SHA-256 of all options, those that only shape the grid included: runs with equal hashes have the same plan.</summary>
    public string OptionsHash { get; }

    /// <summary>The SHA-256 of the keys in order.</summary>
    public string Hash { get; }

    /// <summary>Plans an experiment.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="options">Its options; validated here.</param>
    /// <exception cref="InvalidOptionsException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">A cell or option is NaN or infinite, or a row repeats a column of its cell.</exception>
    /// <exception cref="ResearchKitException">RK5001: two cells are equal, or the plan is not the same list each time.</exception>
    public static ExperimentPlan Of(Experiment experiment, ExperimentOptions options)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        OptionsBinder.Validate(options);
        CellKey keys = new(experiment.Info, options);
        PlannedCell[] cells =
        [
            .. experiment
                .PlanCells(options)
                .Select((cell, index) => (cell, index, json: ExperimentJson.Canonical(cell, ExperimentJson.Whole)))
                .Select(c => new PlannedCell(c.index, keys.Of(c.cell, c.json), c.cell, c.json)),
        ];
        RefuseEqualKeys(experiment.Info, cells);
        RefuseUnstable(experiment, options, keys, cells);
        RowTableLayout.Check(experiment);
        return new ExperimentPlan(experiment.Info, options, cells);
    }

    /// <summary>The cell of a key, or null.</summary>
    /// <param name="key">The key, 32 hex digits.</param>
    public PlannedCell? Find(string key) => byKey.GetValueOrDefault(key);

    /// <summary>The cell whose key begins with some digits.</summary>
    /// <param name="prefix">At least 6 hex digits.</param>
    /// <exception cref="ArgumentException">The prefix is too short, or not exactly one key begins with it.</exception>
    public PlannedCell FindByPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length < 6)
        {
            throw new ArgumentException($"The cell key '{prefix}' is too short: give at least 6 hex digits.", nameof(prefix));
        }

        PlannedCell[] matches = [.. Cells.Where(c => c.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Take(2)];
        return matches.Length switch
        {
            1 => matches[0],
            0 => throw new ArgumentException($"No cell of {Experiment.Id} has a key that begins with '{prefix}'.", nameof(prefix)),
            _ => throw new ArgumentException(
                $"'{prefix}' is not enough: cells {matches[0].Key} and {matches[1].Key} both begin with it.",
                nameof(prefix)
            ),
        };
    }

    /// <summary>The SHA-256 of all options.</summary>
    /// <param name="options">The options.</param>
    internal static string HashOf(ExperimentOptions options) =>
        Checksum.Sha256(Encoding.UTF8.GetBytes(ExperimentJson.Canonical(options, ExperimentJson.Whole)));

    private static void RefuseEqualKeys(ExperimentInfo experiment, PlannedCell[] cells)
    {
        Dictionary<string, PlannedCell> seen = new(cells.Length, StringComparer.Ordinal);
        foreach (PlannedCell cell in cells)
        {
            if (!seen.TryAdd(cell.Key, cell))
            {
                PlannedCell first = seen[cell.Key];
                throw new ResearchKitException(
                    ErrorCodes.PlanInvalid,
                    $"{experiment.Id}: cells {first.Index} {first.Json} and {cell.Index} {cell.Json} have the same key {cell.Key}.",
                    "Make every cell of the plan different; what only repeats a measurement is a seed of its own."
                );
            }
        }
    }

    private static void RefuseUnstable(Experiment experiment, ExperimentOptions options, CellKey keys, PlannedCell[] cells)
    {
        int index = 0;
        foreach (object cell in experiment.PlanCells(options))
        {
            // Records compare by value: the key of an equal cell is not computed twice.
            if (index >= cells.Length || !(cells[index].Cell.Equals(cell) || cells[index].Key == keys.Of(cell)))
            {
                throw Unstable(experiment.Info, index);
            }

            index++;
        }

        if (index != cells.Length)
        {
            throw Unstable(experiment.Info, index);
        }
    }

    private static ResearchKitException Unstable(ExperimentInfo experiment, int index) =>
        new(
            ErrorCodes.PlanInvalid,
            $"{experiment.Id}: the plan is not the same list each time it is enumerated (cell {index} differs).",
            "Build the plan from the options alone: no clock, no unordered set, no random number without a named stream."
        );
}
