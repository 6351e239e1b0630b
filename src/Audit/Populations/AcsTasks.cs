namespace ResearchKit.Audit;

/// <summary>The tasks that are known by name. Another one is an <see cref="AcsTask"/> of the caller's.</summary>
public static class AcsTasks
{
    private static readonly string[] EmploymentFeatures =
    [
        "AGEP",
        "SCHL",
        "MAR",
        "RELP",
        "DIS",
        "ESP",
        "CIT",
        "MIG",
        "MIL",
        "ANC",
        "NATIVITY",
        "DEAR",
        "DEYE",
        "DREM",
        "SEX",
        "RAC1P",
    ];

    /// <summary>Income above 50,000 dollars, of adults that work.</summary>
    public static AcsTask Income { get; } =
        new(
            "ACSIncome",
            Columns("AGEP COW SCHL MAR OCCP POBP RELP WKHP SEX RAC1P"),
            ["PINCP", "PWGTP"],
            p => p["AGEP"] > 16 && p["PINCP"] > 100 && p["WKHP"] > 0 && p["PWGTP"] >= 1,
            p => p["PINCP"] > 50_000
        );

    /// <summary>At work, of everybody.</summary>
    public static AcsTask Employment { get; } = new("ACSEmployment", EmploymentFeatures, ["ESR"], _ => true, p => p["ESR"] == 1);

    /// <summary>At work, of those between 17 and 89.</summary>
    public static AcsTask EmploymentFiltered { get; } =
        new(
            "ACSEmploymentFiltered",
            Columns("AGEP SCHL MAR SEX DIS ESP MIG CIT MIL ANC NATIVITY RELP DEAR DEYE DREM RAC1P GCL"),
            ["ESR", "PWGTP"],
            p => p["AGEP"] > 16 && p["AGEP"] < 90 && p["PWGTP"] >= 1,
            p => p["ESR"] == 1
        );

    /// <summary>Insurance bought directly.</summary>
    public static AcsTask HealthInsurance { get; } =
        new(
            "ACSHealthInsurance",
            Columns(
                "AGEP SCHL MAR SEX DIS ESP CIT MIG MIL ANC NATIVITY DEAR DEYE DREM RACAIAN RACASN RACBLK RACNH RACPI RACSOR RACWHT PINCP ESR ST FER"
            ),
            ["HINS2"],
            _ => true,
            p => p["HINS2"] == 1
        );

    /// <summary>Public coverage, of those below 65 with an income up to 30,000 dollars.</summary>
    public static AcsTask PublicCoverage { get; } =
        new(
            "ACSPublicCoverage",
            Columns("AGEP SCHL MAR SEX DIS ESP CIT MIG MIL ANC NATIVITY DEAR DEYE DREM PINCP ESR ST FER RAC1P"),
            ["PUBCOV"],
            p => p["AGEP"] < 65 && p["PINCP"] <= 30_000,
            p => p["PUBCOV"] == 1
        );

    /// <summary>More than 20 minutes to work, of adults at work.</summary>
    public static AcsTask TravelTime { get; } =
        new(
            "ACSTravelTime",
            Columns("AGEP SCHL MAR SEX DIS ESP MIG RELP RAC1P PUMA ST CIT OCCP JWTR POWPUMA POVPIP"),
            ["JWMNP", "PWGTP", "ESR"],
            p => p["AGEP"] > 16 && p["PWGTP"] >= 1 && p["ESR"] == 1,
            p => p["JWMNP"] > 20
        );

    /// <summary>The same address as a year ago, of those between 19 and 34.</summary>
    public static AcsTask Mobility { get; } =
        new(
            "ACSMobility",
            Columns("AGEP SCHL MAR SEX DIS ESP CIT MIL ANC NATIVITY RELP DEAR DEYE DREM RAC1P GCL COW ESR WKHP JWMNP PINCP"),
            ["MIG"],
            p => p["AGEP"] > 18 && p["AGEP"] < 35,
            p => p["MIG"] == 1
        );

    /// <summary>Income below 2.5 times the poverty line.</summary>
    public static AcsTask IncomePovertyRatio { get; } =
        new(
            "ACSIncomePovertyRatio",
            Columns("AGEP SCHL MAR SEX DIS ESP MIG CIT MIL ANC NATIVITY RELP DEAR DEYE DREM RAC1P GCL ESR OCCP WKHP"),
            ["POVPIP"],
            _ => true,
            p => p["POVPIP"] < 250
        );

    /// <summary>
    /// The audit's own variant of ACSEmployment (arXiv:2505.04796, section 5.1): employed is at work or in the armed forces at work, blanks stay missing, group 1 is who is not white alone.
    /// </summary>
    public static AcsTask AuditEmployment { get; } =
        new("AuditEmployment", EmploymentFeatures, ["ESR"], _ => true, p => p["ESR"] is 1 or 4) { Missing = float.NaN, TwoGroups = true };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<AcsTask> All { get; } =
    [Income, Employment, EmploymentFiltered, HealthInsurance, PublicCoverage, TravelTime, Mobility, IncomePovertyRatio, AuditEmployment];

    private static string[] Columns(string names) => names.Split(' ');
}
