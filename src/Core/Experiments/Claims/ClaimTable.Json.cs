using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ResearchKit.Experiments;

public static partial class ClaimTable
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>All that is known of the claims, schema 1; numbers that are not finite are the texts NaN and Infinity.</summary>
    /// <param name="claims">The claims.</param>
    public static string Json(IReadOnlyList<JudgedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        JsonObject root = new()
        {
            ["schema"] = 1,
            ["claims"] = new JsonArray([
                .. claims.Select(c =>
                {
                    JsonObject claim = OfClaim(c.Claim);
                    claim.Insert(0, "experiment", c.Experiment.Id);
                    claim.Insert(1, "version", c.Experiment.Version);
                    claim.Insert(2, "paper", c.Experiment.Paper);
                    claim["verdict"] = c.Verdict.ToString();
                    claim["why"] = c.Why;
                    claim["p"] = Number(c.P);
                    claim["adjustedP"] = Number(c.AdjustedP);
                    return claim;
                }),
            ]),
        };
        return root.ToJsonString(Indented) + "\n";
    }

    private static JsonObject OfClaim(Claim claim)
    {
        JsonObject json = new()
        {
            ["id"] = claim.Id,
            ["kind"] = claim.Kind.ToString(),
            ["text"] = claim.Text,
            ["published"] = claim.PaperValue is { } v ? new JsonObject { ["low"] = Number(v.Low), ["high"] = Number(v.High) } : null,
            ["where"] = claim.PaperPlace,
            ["unit"] = claim.Unit,
            ["band"] = new JsonObject { ["atLeast"] = Number(claim.Band.AtLeast), ["atMost"] = Number(claim.Band.AtMost) },
            ["because"] = claim.Reason,
            ["data"] = claim.Provenance.Data.ToString(),
            ["hardware"] = claim.Provenance.Hardware.ToString(),
            ["fromScale"] = claim.FromScale.ToString(),
            ["needs"] = new JsonArray([.. claim.Needs.Select(n => (JsonNode)n)]),
            ["timing"] = claim.RestsOnTiming,
            ["minimumSeeds"] = claim.MinimumSeeds,
            ["estimate"] = claim.Estimate is { } e
                ? new JsonObject
                {
                    ["value"] = Number(e.Value),
                    ["low"] = Number(e.Low),
                    ["high"] = Number(e.High),
                    ["level"] = e.Level,
                    ["seeds"] = e.Seeds,
                    ["method"] = e.Method.ToString(),
                }
                : null,
        };
        if (claim.Parts.Count > 0)
        {
            json["parts"] = new JsonArray([.. claim.Parts.Select(OfClaim)]);
        }

        return json;
    }

    private static JsonValue? Number(double? value) =>
        value switch
        {
            null => null,
            { } number when double.IsFinite(number) => JsonValue.Create(number),
            { } number => JsonValue.Create(number.ToString(CultureInfo.InvariantCulture)),
        };
}
