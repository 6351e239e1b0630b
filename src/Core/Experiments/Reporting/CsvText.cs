using System.Globalization;
using System.Text;
using CsvHelper;

namespace ResearchKit.Experiments;

/// <summary>Small tables as CSV text with LF line ends.</summary>
internal static class CsvText
{
    internal static string Of(IEnumerable<string> header, IEnumerable<IEnumerable<string>> lines)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        using (
            CsvWriter writer = CsvWriter.Create(
                text,
                CsvWriterOptions.Default with
                {
                    NewLine = "\n",
                    FormatProvider = CultureInfo.InvariantCulture,
                },
                leaveOpen: true
            )
        )
        {
            Write(writer, header);
            foreach (IEnumerable<string> line in lines)
            {
                Write(writer, line);
            }
        }

        return text.ToString();
    }

    internal static byte[] Utf8(IEnumerable<string> header, IEnumerable<IEnumerable<string>> lines) =>
        Encoding.UTF8.GetBytes(Of(header, lines));

    private static void Write(CsvWriter writer, IEnumerable<string> fields)
    {
        foreach (string field in fields)
        {
            writer.WriteField(field);
        }

        writer.EndRecord();
    }
}
