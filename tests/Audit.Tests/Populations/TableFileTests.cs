using ResearchKit.Goldens;

namespace ResearchKit.Audit.Tests.Populations;

/// <summary>Facts of the published files, and small files of our own in their layout.</summary>
public class TableFileTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder()
    {
        folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "tables", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(folder);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestCase("MN", 31021, 0.37233, 0.08955, 0.17291, 0.17169)]
    [TestCase("NC", 52067, 0.32612, 0.25129, 0.15577, 0.15456)]
    public async Task Income_tables_have_known_rates(string state, int rows, double positives, double share, double byRace, double bySex)
    {
        string path = GoldenFiles.Data("fairness", "acs-income-2018", $"acs_income_2018_1yr_{state}.csv");
        AuditPopulation race = await AcsIncomeTable.LoadAsync(path);
        AuditPopulation sex = await AcsIncomeTable.LoadAsync(path, ProtectedAttribute.Sex);
        Assert.That(race.Count, Is.EqualTo(rows));
        GroupMargins margins = GroupMargins.Of(race.Labels.Span, race.Group.Span);
        Assert.That((double)(margins.Positives0 + margins.Positives1) / rows, Is.EqualTo(positives).Within(5e-6));
        Assert.That((double)margins.Rows1 / rows, Is.EqualTo(share).Within(5e-6));
        Assert.That(margins.SignedDemographicParity, Is.EqualTo(byRace).Within(5e-6));
        Assert.That(GroupMargins.Of(sex.Labels.Span, sex.Group.Span).SignedDemographicParity, Is.EqualTo(bySex).Within(5e-6));
    }

    [TestCase(CompasAttribute.Female, 0.127998)]
    [TestCase(CompasAttribute.AfricanAmerican, 0.140100)]
    [TestCase(CompasAttribute.BelowTwentyFive, 0.133856)]
    [TestCase(CompasAttribute.Misdemeanor, 0.125089)]
    [TestCase(CompasAttribute.Priors, 0.254897)]
    public async Task Compas_has_known_parities(CompasAttribute attribute, double parity)
    {
        AuditPopulation people = await CompasFile.LoadAsync(
            GoldenFiles.Data("fairness", "compas", "compas-scores-two-years.csv"),
            attribute,
            labelIsRecidivism: true
        );
        Assert.That(people.Count, Is.EqualTo(6172));
        Assert.That(
            Math.Abs(TwoGroupFairness.SignedDemographicParity(people.Labels.Span, people.Group.Span)),
            Is.EqualTo(parity).Within(5e-7)
        );
    }

    [TestCase(GermanAttribute.Age, 0.149448)]
    [TestCase(GermanAttribute.Sex, 0.074801)]
    [TestCase(GermanAttribute.Telephone, 0.034055)]
    [TestCase(GermanAttribute.Employment, 0.102587)]
    public async Task German_credit_has_known_parities(GermanAttribute attribute, double parity)
    {
        AuditPopulation people = await GermanCreditFile.LoadAsync(GoldenFiles.Data("fairness", "german-credit", "german.csv"), attribute);
        Assert.That((people.Count, people.FeatureNames.Count), Is.EqualTo((1000, 20)));
        Assert.That(
            Math.Abs(TwoGroupFairness.SignedDemographicParity(people.Labels.Span, people.Group.Span)),
            Is.EqualTo(parity).Within(5e-7)
        );
    }

    [Test]
    public async Task Adult_has_known_rates_and_missing_values()
    {
        AuditPopulation people = await AdultFile.LoadAsync(GoldenFiles.Data("fairness", "adult", "adult.data"));
        Assert.That(people.Count, Is.EqualTo(32561));
        Assert.That(people.Labels.ToArray().Average(y => (double)y), Is.EqualTo(0.24081).Within(5e-6));
        Assert.That(TwoGroupFairness.SignedDemographicParity(people.Labels.Span, people.Group.Span), Is.EqualTo(0.19628).Within(5e-6));
        int incomplete = Enumerable.Range(0, people.Count).Count(i => people.FeaturesOf(i).Span.IndexOf(float.NaN) >= 0);
        Assert.That(incomplete, Is.EqualTo(2399));
    }

    [Test]
    public async Task Attributes_of_faces_are_read()
    {
        string path = Path.Combine(folder, "list_attr_celeba.csv");
        await File.WriteAllTextAsync(path, "image_id,Smiling,Male,Wearing_Hat\n000001.jpg,1,-1,1\n000002.jpg,-1,1,-1\n");
        CelebAttributes faces = await CelebAttributes.LoadAsync(path);
        Assert.That(faces.Group.ToArray(), Is.EqualTo(new byte[] { 0, 1 }));
        Assert.That(faces.Of("Smiling").ToArray(), Is.EqualTo(new byte[] { 1, 0 }));
        Assert.That(faces.Targets, Is.EqualTo(new[] { "Smiling" }));
        Assert.That(faces.Images[1], Is.EqualTo("000002.jpg"));
        Assert.That(() => faces.Of("Frowning"), Throws.ArgumentException.With.Message.Contains("Smiling"));
        await File.WriteAllTextAsync(path, "image_id,Smiling,Male\n000001.jpg,1,2\n");
        MalformedFileException? error = await Assert.ThrowsAsync<MalformedFileException>(() => CelebAttributes.LoadAsync(path));
        Assert.That((error!.Line, error!.Column, error!.Found), Is.EqualTo((2, 3, "2")));
        await File.WriteAllTextAsync(path, "file,Smiling\n000001.jpg,1\n");
        Assert.That(() => CelebAttributes.LoadAsync(path), Throws.InstanceOf<MalformedFileException>().With.Message.Contains("image_id"));
    }

    [Test]
    public async Task Wrong_values_are_named_with_their_line()
    {
        string path = Path.Combine(folder, "table.csv");
        await File.WriteAllTextAsync(
            path,
            "AGEP,COW,SCHL,MAR,OCCP,POBP,RELP,WKHP,SEX,RAC1P,PINCP\n1,1,1,1,1,1,1,1,1,1,True\n1,1,1,1,1,1,1,1,1,1,maybe\n"
        );
        MalformedFileException? income = await Assert.ThrowsAsync<MalformedFileException>(() => AcsIncomeTable.LoadAsync(path));
        Assert.That((income!.Line, income!.Found), Is.EqualTo((3, "maybe")));
        await File.WriteAllTextAsync(path, "39, Private, 7, HS, 9, Single, Sales, Own, White, Male, 0, 0, 40, US, <=50K\n1, 2\n");
        MalformedFileException? adult = await Assert.ThrowsAsync<MalformedFileException>(() => AdultFile.LoadAsync(path));
        Assert.That((adult!.Line, adult!.Expected), Is.EqualTo((2, "15 values")));
        await File.WriteAllTextAsync(path, "id,age\n1,2\n");
        Assert.That(
            () => CompasFile.LoadAsync(path),
            Throws.InstanceOf<MalformedFileException>().With.Message.Contains("days_b_screening_arrest")
        );
        Assert.That(() => GermanCreditFile.LoadAsync(path), Throws.InstanceOf<MalformedFileException>());
    }
}
