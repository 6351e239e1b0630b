using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ResearchKit.Numerics;
using ResearchKit.Storage;
using TorchSharp;

namespace ResearchKit.Core.Tests;

/// <summary>
/// What is true of a whole process (which libraries are mapped, what was loaded first) is asked of a new one: this test program, started again with the name
/// of a scenario in its environment.
/// </summary>
internal static class ChildProcess
{
    private const string Variable = "RESEARCHKIT_TEST_SCENARIO";

    public static Process Start(string scenario, params (string Name, string? Value)[] environment) =>
        StartCopy(typeof(ChildProcess).Assembly.Location, scenario, environment);

    /// <summary>Starts a copy of this program that lies in another folder.</summary>
    public static Process StartCopy(string program, string scenario, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Variable] = scenario;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end and returns what was printed; a test fails on anything but exit code 0.</summary>
    public static async Task<string> OutputAsync(Process process)
    {
        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            await EndAsync(process);
            Assert.That(process.ExitCode, Is.Zero, $"{await output}\n{await errors}");
            return (await output).Trim();
        }
    }

    /// <summary>Waits for the end of a process; one that does not end is killed, and the test fails.</summary>
    public static async Task EndAsync(Process process)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} did not end within two minutes.");
        }
    }

    public static Task<string> RunAsync(string scenario, params (string Name, string? Value)[] environment) =>
        OutputAsync(Start(scenario, environment));

    [ModuleInitializer]
    internal static void BecomeChild()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } scenario)
        {
            return;
        }
        try
        {
            Console.WriteLine(Play(scenario));
            Environment.Exit(0);
        }
        catch (ResearchKitException exception)
        {
            Console.WriteLine($"{exception.Code}: {exception.Message} -> {exception.Remedy}");
            Environment.Exit(0);
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine(exception);
            Environment.Exit(70);
        }
    }

    private static string Play(string scenario) =>
        scenario switch
        {
            "core-alone" => $"{RandomStream.Named("child").NextUInt32() > 0} {MapsTorch()}",
            "load" => $"{Torch.EnsureLoaded()} {MultiplyOnes()}",
            "torch-first" => $"{RandomStream.Named("child").NextUInt32() > 0} {MultiplyOnes()} {Torch.EnsureLoaded().Way}",
            "both-at-once" => BothAtOnce(),
            "beside-gcc-11" => BesideGcc11(),
            _ => throw new InvalidOperationException($"No scenario {scenario}."),
        };

    private static bool MapsTorch() =>
        File.ReadLines("/proc/self/maps").Any(line => line.Contains("torch", StringComparison.OrdinalIgnoreCase) && line.Contains(".so"));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float MultiplyOnes()
    {
        using var ones = torch.ones(3, 3);
        using var product = ones.matmul(ones);
        using var sum = product.sum();
        return sum.item<float>();
    }

    // One thread starts with TorchSharp, the other with us: neither may wait for the other for ever.
    private static string BothAtOnce()
    {
        _ = RandomStream.Named("child").NextUInt32();
        // TorchSharp's own method, not a lambda of ours: this module is still being initialised, and another thread would wait for that.
        var user = Task.Run<int>(torch.get_num_threads);
        var way = Torch.EnsureLoaded().Way;
        return $"{user.Result > 0} {way}";
    }

    // Both stand-ins on the real library, on any system: what is loaded first answers TorchSharp's search.
    private static string BesideGcc11()
    {
        string[] newer = ["GLIBCXX_3.4.30", "GLIBCXX_3.4.31", "GLIBCXX_3.4.32", "GLIBCXX_3.4.33"];
        var result = TorchLibraries.Load(
            TorchLibraries.FindFiles(),
            UserCache.Folder,
            own =>
                own with
                {
                    Versions = own.Versions.Except(newer).ToHashSet(),
                    Symbols = own.Symbols.Where(symbol => !newer.Contains(symbol.Version)).ToHashSet(),
                }
        );
        var weak = ElfImage.Read(result.LibraryPath).Needs.Where(need => need.IsWeak).Select(need => need.Version);
        NativeLibrary.SetDllImportResolver(TorchLibraries.TorchSharpAssembly, (name, _, _) => name == "LibTorchSharp" ? result.Handle : 0);
        return $"{result.IsFixedCopy} {string.Join(' ', weak)} {MultiplyOnes()} {ConvolveBackward()} {CatchNative()}";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float ConvolveBackward()
    {
        using var image = torch.ones(1, 1, 4, 4);
        using var kernel = torch.ones([1, 1, 3, 3], requires_grad: true);
        using var output = torch.nn.functional.conv2d(image, kernel);
        using var sum = output.sum();
        sum.backward();
        using var gradient = kernel.grad!.sum();
        return gradient.item<float>();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string CatchNative()
    {
        using var two = torch.ones(2, 2);
        try
        {
            using var impossible = two.reshape(3, 3);
            return "nothing was thrown";
        }
        catch (ExternalException exception)
        {
            return exception.Message.Contains("invalid for input of size", StringComparison.Ordinal) ? "caught" : exception.Message;
        }
    }
}
