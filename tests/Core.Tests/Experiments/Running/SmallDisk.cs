using System.ComponentModel;
using System.Diagnostics;

namespace ResearchKit.Core.Tests.Experiments;

/// <summary>A file system in memory that is soon full. Mounting takes root; without it the test is ignored with the reason.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static SmallDisk MountOrIgnore(string parent, string size)
    {
        string path = System.IO.Path.Combine(parent, "disk");
        Directory.CreateDirectory(path);
        if (!Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path))
        {
            Assert.Ignore(
                "A small file system could not be mounted (needs Linux, root and the right to mount); the same code is covered by a stream that fails."
            );
        }

        return new SmallDisk(path);
    }

    public void Grow(string size) => Assert.That(Run("mount", "-o", $"remount,size={size}", Path), Is.True);

    public void MakeReadOnly() => Assert.That(Run("mount", "-o", "remount,ro", Path), Is.True);

    public void Dispose() => Assert.That(Run("umount", Path), Is.True);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            return process.WaitForExit(TimeSpan.FromSeconds(30)) && process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
