using ResearchKit.Data;

namespace ResearchKit.Audit;

/// <summary>German credit (Statlog), as a table with a header: 1,000 people, codes A11 and so on, credit 1 (good) or 2 (bad). Label 1 is good credit.</summary>
public static class GermanCreditFile
{
    private static readonly string[] Numbers =
    [
        "month",
        "credit_amount",
        "investment_as_income_percentage",
        "residence_since",
        "age",
        "number_of_credits",
        "people_liable_for",
    ];

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="attribute">The attribute whose value 1 makes group 1. Default sex.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">A column is missing, or a value is wrong.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<AuditPopulation> LoadAsync(
        string path,
        GermanAttribute attribute = GermanAttribute.Sex,
        CancellationToken cancellationToken = default
    )
    {
        List<string[]> rows = [];
        List<byte> labels = [];
        List<byte> group = [];
        string[] names = [];
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, null, cancellationToken).ConfigureAwait(false))
        {
            if (rows.Count == 0)
            {
                names = [.. record.Columns.Where(c => c != "credit")];
            }
            foreach (string column in Numbers)
            {
                _ = record.Number<float>(column);
            }
            labels.Add(
                record["credit"] switch
                {
                    "1" => 1,
                    "2" => 0,
                    var other => throw new MalformedFileException(path, "1 or 2 in column 'credit'", other, record.Line),
                }
            );
            bool one = attribute switch
            {
                GermanAttribute.Age => record.Number<float>("age") > 25,
                GermanAttribute.Sex => record["personal_status"] is not ("A92" or "A95"),
                GermanAttribute.MaritalStatus => record["personal_status"] is not ("A93" or "A95"),
                GermanAttribute.Telephone => record["telephone"] == "A192",
                _ => record["employment"] is "A74" or "A75",
            };
            group.Add(one ? (byte)1 : (byte)0);
            rows.Add([.. names.Select(n => record[n])]);
        }
        int[] texts = [.. Enumerable.Range(0, names.Length).Where(i => !Numbers.Contains(names[i]))];
        return rows.Count == 0
            ? throw new MalformedFileException(path, "at least one record", "none", line: 1)
            : new AuditPopulation(
                "german-credit",
                CodedText.Features(rows, texts, names.Length, ""),
                [.. labels],
                [.. group],
                names,
                ["0", "1"]
            );
    }
}
