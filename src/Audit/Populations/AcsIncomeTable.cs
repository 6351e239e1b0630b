using ResearchKit.Data;

namespace ResearchKit.Audit;

/// <summary>
/// ACSIncome tables that are filtered already: ten features and PINCP as True or False (personal income above 50,000 dollars). See Ding, Hardt, Miller, Schmidt, "Retiring Adult" (2021).
/// </summary>
public static class AcsIncomeTable
{
    private static readonly string[] Columns = ["AGEP", "COW", "SCHL", "MAR", "OCCP", "POBP", "RELP", "WKHP", "SEX", "RAC1P"];

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="attribute">The protected attribute. Default race.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">A column is missing, or a value is wrong.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<AuditPopulation> LoadAsync(
        string path,
        ProtectedAttribute attribute = ProtectedAttribute.Race,
        CancellationToken cancellationToken = default
    )
    {
        List<float> features = [];
        List<byte> labels = [];
        List<byte> group = [];
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, null, cancellationToken).ConfigureAwait(false))
        {
            foreach (string column in Columns)
            {
                features.Add(record.Number<float>(column));
            }
            labels.Add(
                record["PINCP"] switch
                {
                    "True" => 1,
                    "False" => 0,
                    var other => throw new MalformedFileException(path, "True or False in column 'PINCP'", other, record.Line),
                }
            );
            bool isProtected = attribute == ProtectedAttribute.Race ? record.Number<float>("RAC1P") != 1 : record.Number<float>("SEX") == 2;
            group.Add(isProtected ? (byte)1 : (byte)0);
        }
        return labels.Count == 0
            ? throw new MalformedFileException(path, "at least one record", "none", line: 1)
            : new AuditPopulation(
                Path.GetFileNameWithoutExtension(path),
                [.. features],
                [.. labels],
                [.. group],
                Columns,
                attribute == ProtectedAttribute.Race ? ["white", "not white"] : ["men", "women"]
            );
    }
}
