using ResearchKit.Data;

namespace ResearchKit.Audit;

/// <summary>Adult census income (UCI): adult.data, adult.test; no header, a blank after each comma, ? where missing. Label 1 is an income above 50,000 dollars.</summary>
public static class AdultFile
{
    private const int Workclass = 1;
    private const int Education = 4;
    private const int Race = 8;
    private const int Sex = 9;
    private const int Income = 14;

    private static readonly string[] Names =
    [
        "age",
        "workclass",
        "fnlwgt",
        "education",
        "education-num",
        "marital-status",
        "occupation",
        "relationship",
        "race",
        "sex",
        "capital-gain",
        "capital-loss",
        "hours-per-week",
        "native-country",
    ];

    private static readonly int[] Texts = [Workclass, 3, 5, 6, 7, Race, Sex, 13];

    /// <summary>Reads a file. Texts become numbers in ordinal order; missing values are NaN.</summary>
    /// <param name="path">The file.</param>
    /// <param name="attribute">The protected attribute: race (1 is who is not white) or sex (1 is women). Default sex.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MalformedFileException">A record has not 15 values, or a value is wrong.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    public static async Task<AuditPopulation> LoadAsync(
        string path,
        ProtectedAttribute attribute = ProtectedAttribute.Sex,
        CancellationToken cancellationToken = default
    )
    {
        List<string[]> rows = [];
        List<byte> labels = [];
        List<byte> group = [];
        DelimitedTextOptions options = new()
        {
            HasHeader = false,
            Separator = ',',
            TrimBlanks = true,
            AllowRagged = true,
        };
        await foreach (DelimitedRecord record in DelimitedText.ReadAsync(path, options, cancellationToken).ConfigureAwait(false))
        {
            if (record.Count == 1)
            {
                continue; // the blank last line, and the first line of adult.test
            }
            if (record.Count != Income + 1)
            {
                throw new MalformedFileException(path, "15 values", $"{record.Count}", record.Line);
            }
            labels.Add(
                record[Income].TrimEnd('.') switch
                {
                    ">50K" => 1,
                    "<=50K" => 0,
                    var other => throw new MalformedFileException(path, ">50K or <=50K", other, record.Line, Income + 1),
                }
            );
            bool isProtected = attribute == ProtectedAttribute.Sex ? record[Sex] == "Female" : record[Race] != "White";
            group.Add(isProtected ? (byte)1 : (byte)0);
            foreach (int column in Enumerable.Range(0, Names.Length).Except(Texts))
            {
                _ = record.Number<float>(column);
            }
            rows.Add([.. record.Values]);
        }
        return rows.Count == 0
            ? throw new MalformedFileException(path, "at least one record", "none", line: 1)
            : new AuditPopulation(
                "adult",
                CodedText.Features(rows, Texts, Names.Length, "?"),
                [.. labels],
                [.. group],
                Names,
                attribute == ProtectedAttribute.Sex ? ["men", "women"] : ["white", "not white"]
            );
    }
}
