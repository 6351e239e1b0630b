namespace ResearchKit.Audit;

/// <summary>The states of the American Community Survey and their FIPS codes; with the District of Columbia and Puerto Rico.</summary>
public static class AcsStates
{
    private static readonly Dictionary<string, string> Codes = (
        "AL01 AK02 AZ04 AR05 CA06 CO08 CT09 DE10 DC11 FL12 GA13 HI15 ID16 IL17 IN18 IA19 KS20 KY21 LA22 ME23 MD24 MA25 MI26 MN27 MS28 MO29 "
        + "MT30 NE31 NV32 NH33 NJ34 NM35 NY36 NC37 ND38 OH39 OK40 OR41 PA42 RI44 SC45 SD46 TN47 TX48 UT49 VT50 VA51 WA53 WV54 WI55 WY56 PR72"
    )
        .Split(' ')
        .ToDictionary(s => s[..2], s => s[2..], StringComparer.OrdinalIgnoreCase);

    /// <summary>The postal codes.</summary>
    public static IReadOnlyCollection<string> All => Codes.Keys;

    /// <summary>The FIPS code of a state, two digits.</summary>
    /// <param name="state">The postal code, in any case.</param>
    /// <exception cref="ArgumentException">There is no such state.</exception>
    public static string Fips(string state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Codes.TryGetValue(state, out string? code)
            ? code
            : throw new ArgumentException($"There is no state '{state}'; there are {string.Join(", ", Codes.Keys)}.", nameof(state));
    }
}
