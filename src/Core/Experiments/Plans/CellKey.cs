using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ResearchKit.Experiments;

/// <summary>
/// The identity of a cell's work: the first 16 bytes, in lower hex, of the SHA-256 of the canonical JSON (RFC 8785) of
/// <c>{"cell", "experiment", "options", "schema": 1, "version"}</c>. Equal keys mean equal rows; whatever could change the rows is in it.
/// </summary>
public sealed class CellKey
{
    private readonly string tail;

    /// <summary>Prepares the keys of one experiment under one set of options.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="options">The options; those marked <see cref="PlanOnlyAttribute"/> are no part of the key.</param>
    /// <exception cref="ArgumentException">An option is NaN or infinite.</exception>
    public CellKey(ExperimentInfo experiment, ExperimentOptions options)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(options);
        string json = ExperimentJson.Canonical(options, ExperimentJson.OptionsKey);
        tail = string.Create(
            CultureInfo.InvariantCulture,
            $",\"experiment\":\"{experiment.Id}\",\"options\":{json},\"schema\":1,\"version\":{experiment.Version}}}"
        );
    }

    /// <summary>The key of a cell, 32 hex digits.</summary>
    /// <param name="cell">The cell record.</param>
    /// <exception cref="ArgumentException">A property is NaN or infinite.</exception>
    public string Of(object cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return Hash(ExperimentJson.Canonical(cell, ExperimentJson.CellKey));
    }

    /// <summary>The key of a cell whose whole canonical JSON is known.</summary>
    /// <param name="cell">The cell record.</param>
    /// <param name="json">Its whole canonical JSON: the same as that of the key, unless a property came with a later version.</param>
    internal string Of(object cell, string json) => ExperimentJson.HasNewerProperties(cell.GetType()) ? Of(cell) : Hash(json);

    private string Hash(string cellJson)
    {
        // The members of the outer object are already in canonical order: cell, experiment, options, schema, version.
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat("{\"cell\":", cellJson, tail)));
        return Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }
}
