using System.Globalization;
using System.Text;
using System.Xml;

namespace ResearchKit.Experiments;

public static partial class ClaimTable
{
    /// <summary>Claims as test cases for continuous integration: a failed claim is a failure, one that could not be judged an error, one without its data skipped.</summary>
    /// <param name="claims">The claims.</param>
    public static string JUnit(IReadOnlyList<JudgedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        StringBuilder text = new();
        XmlWriterSettings settings = new()
        {
            Indent = true,
            NewLineChars = "\n",
            OmitXmlDeclaration = true,
        };
        using (XmlWriter xml = XmlWriter.Create(text, settings))
        {
            xml.WriteStartElement("testsuites");
            Counts(xml, claims);
            foreach (IGrouping<string, JudgedClaim> suite in claims.GroupBy(c => c.Experiment.Id))
            {
                xml.WriteStartElement("testsuite");
                xml.WriteAttributeString("name", suite.Key);
                Counts(xml, [.. suite]);
                foreach (JudgedClaim c in suite)
                {
                    TestCase(xml, c);
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}\n";
    }

    private static void Counts(XmlWriter xml, IReadOnlyList<JudgedClaim> claims)
    {
        Count("tests", claims.Count);
        Count("failures", claims.Count(c => c.Verdict == Verdict.Failed));
        Count("errors", claims.Count(c => c.Verdict == Verdict.NotJudged));
        Count("skipped", claims.Count(c => c.Verdict == Verdict.Skipped));

        void Count(string name, int count) => xml.WriteAttributeString(name, count.ToString(CultureInfo.InvariantCulture));
    }

    private static void TestCase(XmlWriter xml, JudgedClaim c)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", c.Experiment.Id);
        xml.WriteAttributeString("name", InXml(c.Claim.Id));
        string? element = c.Verdict switch
        {
            Verdict.Failed => "failure",
            Verdict.NotJudged => "error",
            Verdict.Skipped => "skipped",
            _ => null,
        };
        if (element is not null)
        {
            xml.WriteStartElement(element);
            xml.WriteAttributeString("message", InXml(c.Why));
            xml.WriteEndElement();
        }

        xml.WriteElementString(
            "system-out",
            InXml(
                $"{c.Claim.Text}\npaper: {ClaimText.Published(c.Claim)} {c.Claim.PaperPlace}\nhere: {ClaimText.Measured(c.Claim)} {c.Claim.Unit} ({ClaimText.Interval(c.Claim)})\naccepted: {ClaimText.Accepted(c.Claim)}\nverdict: {c.Verdict}: {c.Why}"
            )
        );
        xml.WriteEndElement();
    }

    /// <summary>XML has no place for most control characters, not even escaped.</summary>
    private static string InXml(string text) =>
        string.Concat(
            text.EnumerateRunes().Select(r => r.Value >= 0x10000 || XmlConvert.IsXmlChar((char)r.Value) ? r.ToString() : "\uFFFD")
        );
}
