using ResearchKit.Data;

namespace ResearchKit.Audit;

/// <summary>
/// COMPAS two-year recidivism (ProPublica, compas-scores-two-years.csv), filtered as there: screening within 30 days of the arrest, recidivism known, no ordinary traffic offence, a score. 6,172 people stay.
/// </summary>
public static class CompasFile
{
    private static readonly string[] Names =
    [
        "age",
        "female",
        "african_american",
        "juv_fel_count",
        "juv_misd_count",
        "juv_other_count",
        "priors_count",
        "misdemeanor",
    ];

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="attribute">The protected attribute. Default African-American.</param>
    /// <param name="labelIsRecidivism">Whether label 1 is recidivism. Default false: label 1 is its absence, the favourable outcome.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">A column is missing, or a value is wrong.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<AuditPopulation> LoadAsync(
        string path,
        CompasAttribute attribute = CompasAttribute.AfricanAmerican,
        bool labelIsRecidivism = false,
        CancellationToken cancellationToken = default
    )
    {
        List<float> features = [];
        List<byte> labels = [];
        List<byte> group = [];
        // The header holds two columns twice (decile_score, priors_count): by position instead.
        string[]? header = null;
        DelimitedTextOptions options = new() { HasHeader = false, Separator = ',' };
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, options, cancellationToken).ConfigureAwait(false))
        {
            if (header is null)
            {
                header = [.. record.Values];
                continue;
            }
            string screening = Text("days_b_screening_arrest");
            bool kept =
                screening.Length > 0
                && Math.Abs(Number("days_b_screening_arrest")) <= 30
                && Text("is_recid") != "-1"
                && Text("c_charge_degree") != "O"
                && Text("score_text") != "N/A";
            if (!kept)
            {
                continue;
            }
            bool black = Text("race") == "African-American";
            bool female = Text("sex") == "Female";
            bool misdemeanor = Text("c_charge_degree") == "M";
            features.AddRange([
                Number("age"),
                female ? 1 : 0,
                black ? 1 : 0,
                Number("juv_fel_count"),
                Number("juv_misd_count"),
                Number("juv_other_count"),
                Number("priors_count"),
                misdemeanor ? 1 : 0,
            ]);
            bool recidivism = Number("two_year_recid") == 1;
            labels.Add(recidivism == labelIsRecidivism ? (byte)1 : (byte)0);
            bool isProtected = attribute switch
            {
                CompasAttribute.AfricanAmerican => black,
                CompasAttribute.Female => female,
                CompasAttribute.BelowTwentyFive => Number("age") < 25,
                CompasAttribute.Misdemeanor => misdemeanor,
                _ => Number("priors_count") > 0,
            };
            group.Add(isProtected ? (byte)1 : (byte)0);

            int Index(string column) =>
                Array.IndexOf(header, column) is var at and >= 0
                    ? at
                    : throw new MalformedFileException(path, $"a column '{column}'", $"the columns {string.Join(", ", header)}", line: 1);
            string Text(string column) => record[Index(column)];
            float Number(string column) => record.Number<float>(Index(column));
        }
        return labels.Count == 0
            ? throw new MalformedFileException(path, "at least one record that is kept", "none", line: 1)
            : new AuditPopulation("compas", [.. features], [.. labels], [.. group], Names, ["others", attribute.ToString()]);
    }
}
