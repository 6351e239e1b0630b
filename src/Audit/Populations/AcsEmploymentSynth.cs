using ResearchKit.Numerics;

namespace ResearchKit.Audit;

/// <summary>
/// Invented people in the shape of the audit's employment task (arXiv:2505.04796, section 5.1: ACSEmployment, Minnesota 2018, group = not white), calibrated on the published numbers: share of the larger group 0.883,
/// positive rate near 0.49, error of boosted trees near 0.145, honest demographic parity near 0.05. The embedded default where the person file is not at hand.
/// </summary>
public static class AcsEmploymentSynth
{
    private const double NonWhite = 0.118;

    private static readonly double[] Races = [2, 3, 6, 8, 9];
    private static readonly double[] RaceWeights = [.34, .07, .30, .11, .18];
    private static readonly (int From, int To)[] Bands = [(0, 15), (16, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 74), (75, 94)];
    private static readonly double[] WhiteBands = [.17, .11, .12, .12, .13, .155, .11, .085];
    private static readonly double[] NonWhiteBands = [.32, .15, .17, .14, .095, .07, .035, .02];
    private static readonly double[] Ancestries = [.5, .3, .02, .18];

    /// <summary>The features, in the order of ACSEmployment.</summary>
    public static IReadOnlyList<string> FeatureNames { get; } =
    ["AGEP", "SCHL", "MAR", "RELP", "DIS", "ESP", "CIT", "MIG", "MIL", "ANC", "NATIVITY", "DEAR", "DEYE", "DREM", "SEX", "RAC1P"];

    /// <summary>Draws people.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="random">Draws; a person takes a varying number of draws of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public static AuditPopulation Draw(int count, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentNullException.ThrowIfNull(random);
        float[] features = new float[count * FeatureNames.Count];
        byte[] labels = new byte[count];
        byte[] group = new byte[count];
        for (int i = 0; i < count; i++)
        {
            (labels[i], group[i]) = Person(random, features.AsSpan(i * FeatureNames.Count, FeatureNames.Count));
        }
        return new AuditPopulation("acs-employment-synth", features, labels, group, FeatureNames, ["white", "not white"]);
    }

    private static (byte Label, byte Group) Person(RandomStream r, Span<float> to)
    {
        bool n = r.NextBool(NonWhite);
        double race = n ? Races[r.Choice(RaceWeights)] : 1;
        (int from, int until) = Bands[r.Choice(n ? NonWhiteBands : WhiteBands)];
        int age = from + r.NextInt(until - from + 1);
        bool female = r.NextBool(0.5);
        double school = Math.Clamp(Math.Round(18.2 - (n ? 0.9 : 0) + (3 * r.NextGaussian())), 1, 24);
        school =
            age < 3 ? double.NaN
            : age < 19 ? Math.Clamp(age - 4, 1, 16)
            : school;
        bool disabled = r.NextBool(
            Math.Clamp(.04 + (.0035 * Math.Max(age - 18, 0)) + (.0002 * Math.Pow(Math.Max(age - 55, 0), 1.5)), 0, .7)
        );
        bool hard = disabled && r.NextBool(.45);
        int marital = MaritalStatus(r, age, n);
        int relation = Relationship(r, age, marital);
        double parents = age < 18 ? 1 + r.NextInt(8) : double.NaN;
        bool foreign = r.NextBool(n ? .36 : .025);
        int citizen = foreign ? (r.NextBool(.5) ? 4 : 5) : 1;
        double moved =
            age < 1 ? double.NaN
            : r.NextBool(age is >= 18 and < 35 ? .27 : .09) ? 3
            : 1;
        double served = r.NextDouble();
        double military =
            age < 17 ? double.NaN
            : served < (female ? .01 : .12) * Math.Clamp((age - 25) / 40.0, 0, 1.6) ? 2
            : 4;
        int ancestry = 1 + r.Choice(Ancestries);
        int deaf = disabled && r.NextBool(.3) ? 1 : 2;
        int blind = disabled && r.NextBool(.18) ? 1 : 2;
        double memory =
            age < 5 ? double.NaN
            : hard ? 1
            : 2;

        double known = double.IsNaN(school) ? 16 : school;
        double z =
            Base(age)
            - (disabled ? 1.3 : 0)
            - (hard ? 1.5 : 0)
            + (known >= 21 ? .55 : 0)
            - (known < 16 && age >= 19 ? .9 : 0)
            - (female && marital == 1 && age is >= 25 and < 45 ? .75 : 0)
            - (female ? .25 : 0)
            - (n ? .35 : 0)
            - (relation == 16 ? 2.2 : 0)
            - (relation == 17 ? .5 : 0)
            + (!female && marital == 1 ? .3 : 0)
            - (citizen == 5 && female ? .35 : 0);
        bool employed = r.NextBool(1 / (1 + Math.Exp(-z)));

        ReadOnlySpan<double> row =
        [
            age,
            school,
            marital,
            relation,
            disabled ? 1 : 2,
            parents,
            citizen,
            moved,
            military,
            ancestry,
            foreign ? 2 : 1,
            deaf,
            blind,
            memory,
            female ? 2 : 1,
            race,
        ];
        for (int i = 0; i < row.Length; i++)
        {
            to[i] = (float)row[i];
        }
        return (employed ? (byte)1 : (byte)0, n ? (byte)1 : (byte)0);
    }

    private static int MaritalStatus(RandomStream r, int age, bool nonWhite)
    {
        double u = r.NextDouble();
        double married = Math.Clamp((age - 19) / 22.0, 0, 1) * .66 * (1 - (nonWhite ? .25 : 0));
        int marital =
            age < 15 ? 5
            : u < married ? 1
            : age > 40 ? 3
            : 5;
        return age >= 70 && marital != 1 && r.NextBool(.6) ? 2 : marital;
    }

    private static int Relationship(RandomStream r, int age, int marital)
    {
        bool quarters = r.NextBool(
            age is >= 18 and <= 22 ? .16
            : age >= 80 ? .10
            : .012
        );
        return quarters ? (r.NextBool(.5) ? 16 : 17)
            : age < 18 ? 2
            : marital == 1 ? (r.NextBool(.5) ? 0 : 1)
            : r.NextBool(.62) ? 0
            : age < 30 ? 2
            : 12;
    }

    /// <summary>The log-odds of work by age, before all else.</summary>
    private static double Base(int age) =>
        age switch
        {
            < 16 => -50,
            < 18 => -.7,
            < 22 => .75,
            < 25 => 1.5,
            < 55 => 2.35,
            < 60 => 1.65,
            < 62 => 1.0,
            < 65 => .45,
            < 70 => -.85,
            < 75 => -1.7,
            _ => -3.2,
        };
}
