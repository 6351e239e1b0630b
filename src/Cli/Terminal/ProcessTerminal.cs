#pragma warning disable RS0030 // The one place where the command line meets the console of its process; everything else takes an ITerminal.
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ResearchKit.Cli;

/// <summary>The streams of this process.</summary>
internal sealed class ProcessTerminal : ITerminal
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public ProcessTerminal()
    {
        OutIsTerminal = !Console.IsOutputRedirected;
        ErrorIsTerminal = !Console.IsErrorRedirected;
        Out = new StreamWriter(new ResultStream(OpenOutput()), Utf8, bufferSize: 16 * 1024) { AutoFlush = OutIsTerminal, NewLine = "\n" };
        Error = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true, NewLine = "\n" });
        Width = WidthOfWindow();
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public bool OutIsTerminal { get; }

    public bool ErrorIsTerminal { get; }

    public int? Width { get; }

    public Stream OpenInput() => Console.OpenStandardInput();

    /// <summary>
    /// The console's own stream swallows a broken pipe, so that a long table would be written to nobody: a pipe is written directly.
    /// A file is not: a stream on it would keep an offset of its own and overwrite what the error stream wrote to the same file.
    /// </summary>
    private static Stream OpenOutput()
    {
        if (!OperatingSystem.IsWindows() && Console.IsOutputRedirected)
        {
            try
            {
                FileStream direct = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
                if (!direct.CanSeek)
                {
                    return direct;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Closed (>&-) or a special file: the console's stream copes with both.
            }
        }

        return Console.OpenStandardOutput();
    }

    private int? WidthOfWindow()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out int columns) && columns > 0)
        {
            return columns;
        }

        if (!OutIsTerminal)
        {
            return null;
        }

        try
        {
            return Console.WindowWidth is > 0 and int width ? width : null;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return null;
        }
    }
}
