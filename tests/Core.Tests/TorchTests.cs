using System.Globalization;
using System.Text.Json.Nodes;
using ResearchKit.Core.Tests.Numerics;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Core.Tests;

public class TorchTests
{
    private string _cache = null!;

    [SetUp]
    public void MakeFolder() => _cache = Directory.CreateTempSubdirectory("researchkit-cache-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_cache, recursive: true);

    private static string OwnFolder => Path.GetDirectoryName(typeof(TorchTests).Assembly.Location)!;

    [Test]
    public void It_loads_once_and_computes()
    {
        var backend = Torch.EnsureLoaded();
        Assert.That(Torch.EnsureLoaded(), Is.SameAs(Torch.Loaded).And.SameAs(backend));
        Assert.That(backend.IsCxxRuntimeFixed, Is.EqualTo(backend.Way == TorchWay.FixedCopy));
        Assert.That(File.Exists(backend.LibraryPath));
        Assert.That(Directory.Exists(backend.NativeFolder));
        using var ones = torch.ones(2, 2);
        using var sum = ones.sum();
        Assert.That(sum.item<float>(), Is.EqualTo(4));
    }

    [Test]
    public void Devices_are_given_as_asked_or_refused()
    {
        Assert.That(Torch.Device("cpu").type, Is.EqualTo(DeviceType.CPU));
        var hasCuda = Torch.EnsureLoaded().CudaAvailable;
        Assert.That(Torch.Device("auto").type, Is.EqualTo(hasCuda ? DeviceType.CUDA : DeviceType.CPU));
        Assert.That(
            () => Torch.Device("cuda:4096"),
            Throws.TypeOf<ResearchKitException>().With.Property("Code").EqualTo(ErrorCodes.CudaMissing).And.Message.Contains("cuda:4096")
        );
        if (!hasCuda)
        {
            Assert.That(
                () => Torch.Device("cuda"),
                Throws.TypeOf<ResearchKitException>().With.Property("Code").EqualTo(ErrorCodes.CudaMissing)
            );
        }
        foreach (var name in (string[])["gpu", "", "cuda:", "cuda:-1", "CPU", "cuda:1x"])
        {
            Assert.That(() => Torch.Device(name), Throws.ArgumentException.With.Message.Contains("allowed are"), name);
        }
    }

    [Test]
    public void Threads_are_set_for_the_thread_that_asks()
    {
        var before = Torch.EnsureLoaded().IntraOpThreads;
        try
        {
            Torch.SetThreads(1);
            Assert.That(torch.get_num_threads(), Is.EqualTo(1));
            Assert.That(() => Torch.SetThreads(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
        finally
        {
            Torch.SetThreads(before);
        }
    }

    [Test]
    public void Pinned_threads_come_back()
    {
        var before = Torch.EnsureLoaded().IntraOpThreads;
        Torch.SetThreads(2);
        try
        {
            using (Torch.PinThreads(1))
            {
                Assert.That(torch.get_num_threads(), Is.EqualTo(1));
            }
            Assert.That(torch.get_num_threads(), Is.EqualTo(2));
            Assert.That(() => Torch.PinThreads(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
        finally
        {
            Torch.SetThreads(before);
        }
    }

    [Test]
    [Platform("Linux")]
    public void Large_tensors_ask_for_huge_pages()
    {
        Torch.EnsureLoaded();
        if (File.ReadAllText("/sys/kernel/mm/transparent_hugepage/enabled").Contains("[never]", StringComparison.Ordinal))
        {
            Assert.Ignore("This system has no transparent huge pages.");
        }
        using var tensor = torch.zeros(16 << 20, torch.float32);
        ulong address;
        unsafe
        {
            fixed (byte* data = tensor.bytes)
            {
                address = (ulong)data;
            }
        }
        var mapping = File.ReadLines("/proc/self/smaps")
            .SkipWhile(line => !Covers(line, address))
            .First(line => line.StartsWith("VmFlags:", StringComparison.Ordinal));
        Assert.That(mapping.Split(' '), Does.Contain("hg"));
    }

    // "7f0000000000-7f0004000000 rw-p ..."
    private static bool Covers(string line, ulong address) =>
        line.Split(' ')[0].Split('-') is [var from, var to]
        && ulong.TryParse(from, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var first)
        && ulong.TryParse(to, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end)
        && first <= address
        && address < end;

    [Test]
    [Platform("Linux")]
    public async Task The_core_alone_maps_no_libtorch() => Assert.That(await ChildProcess.RunAsync("core-alone"), Is.EqualTo("True False"));

    [Test]
    public async Task A_user_may_touch_torch_first()
    {
        var way = Torch.EnsureLoaded().Way;
        Assert.That(await ChildProcess.RunAsync("torch-first", ("XDG_CACHE_HOME", _cache)), Is.EqualTo($"True 27 {way}"));
        Assert.That(Directory.Exists(Path.Combine(OwnFolder, "cpu")), Is.False, "TorchSharp's own way copies 0.8 GB into this folder");
    }

    [Test]
    public async Task Two_threads_may_start_torch_at_once() =>
        Assert.That(
            await ChildProcess.RunAsync("both-at-once", ("XDG_CACHE_HOME", _cache)),
            Is.EqualTo($"True {Torch.EnsureLoaded().Way}")
        );

    [Test]
    [Platform("Linux")]
    public async Task Both_stand_ins_together_compute_differentiate_and_pass_errors_on() =>
        Assert.That(
            await ChildProcess.RunAsync("beside-gcc-11", ("XDG_CACHE_HOME", _cache)),
            Is.EqualTo("True GLIBCXX_3.4.30 GLIBCXX_3.4.32 27 36 caught")
        );

    [Test]
    public async Task Two_processes_may_make_the_copy_at_once()
    {
        var both = new[] { ChildProcess.Start("load", ("XDG_CACHE_HOME", _cache)), ChildProcess.Start("load", ("XDG_CACHE_HOME", _cache)) };
        foreach (var child in both)
        {
            Assert.That(await ChildProcess.OutputAsync(child), Does.EndWith(" 27"));
        }
        var copies = Directory.EnumerateFiles(_cache, "*", SearchOption.AllDirectories).ToList();
        Assert.That(copies, Has.Count.EqualTo(Torch.EnsureLoaded().IsCxxRuntimeFixed ? 1 : 0), "one whole copy, no temporary file");
    }

    [Test]
    public async Task What_stands_in_the_way_is_told_in_one_line()
    {
        var empty = Path.Combine(_cache, "empty");
        Directory.CreateDirectory(empty);
        Assert.That(await ChildProcess.RunAsync("load", (TorchFiles.Variable, empty)), Does.StartWith("RK1002: ").And.Contain(empty));
        var second = Path.Combine(_cache, "second");
        Directory.CreateDirectory(second);
        await File.WriteAllTextAsync(Path.Combine(second, TorchFiles.LibTorchName), "");
        Assert.That(
            await ChildProcess.RunAsync("load", (TorchFiles.Variable, second)),
            Does.StartWith("RK1001: ").And.Contain("TorchBackend=none")
        );
        if (Torch.EnsureLoaded().IsCxxRuntimeFixed)
        {
            var file = Path.Combine(_cache, "file");
            await File.WriteAllTextAsync(file, "");
            Assert.That(await ChildProcess.RunAsync("load", ("XDG_CACHE_HOME", file)), Does.StartWith("RK1003: ").And.Contain(file));
        }
    }

    [Test]
    [Platform("Linux")]
    public async Task An_application_without_libtorch_names_the_package_or_takes_the_users_folder()
    {
        var program = CopyWithoutLibTorch(Path.Combine(_cache, "app"), out var libTorch);
        var user = Path.Combine(_cache, "user");
        Directory.CreateDirectory(user);
        foreach (var name in libTorch)
        {
            File.CreateSymbolicLink(Path.Combine(user, name), Path.Combine(Torch.EnsureLoaded().NativeFolder, name));
        }
        (string, string?)[] without = [(TorchFiles.Variable, null), ("XDG_CACHE_HOME", _cache), ("NUGET_PACKAGES", _cache)];
        Assert.That(
            await ChildProcess.OutputAsync(ChildProcess.StartCopy(program, "load", without)),
            Does.StartWith("RK1002: ")
                .And.Contain("dotnet package download libtorch-cpu-linux-x64@2.10.0")
                .And.Contain("dotnet add package libtorch-cpu-linux-x64 --version 2.10.0")
        );
        (string, string?)[] downloaded = [.. without[..2], ("NUGET_PACKAGES", TorchFiles.PackageCache())];
        Assert.That(await ChildProcess.OutputAsync(ChildProcess.StartCopy(program, "load", downloaded)), Does.EndWith(" 27"));
        (string, string?)[] with = [(TorchFiles.Variable, user), ("XDG_CACHE_HOME", _cache)];
        Assert.That(
            await ChildProcess.OutputAsync(ChildProcess.StartCopy(program, "load", with)),
            Does.Contain("Way = UserFolder").And.Contain($"NativeFolder = {user}").And.EndWith(" 27")
        );
    }

    // As an application is that references TorchSharp and no libtorch package: this one, linked file by file, without that package's files.
    private static string CopyWithoutLibTorch(string app, out List<string> libTorch)
    {
        var program = Path.GetFileNameWithoutExtension(typeof(TorchTests).Assembly.Location);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(OwnFolder, $"{program}.deps.json")))!;
        libTorch = [];
        foreach (var (_, target) in manifest["targets"]!.AsObject())
        {
            foreach (
                var (package, entry) in target!
                    .AsObject()
                    .Where(entry => entry.Key.StartsWith("libtorch-", StringComparison.Ordinal))
                    .ToList()
            )
            {
                libTorch.AddRange(entry!["runtimeTargets"]!.AsObject().Select(asset => Path.GetFileName(asset.Key)));
                target.AsObject().Remove(package);
                manifest["libraries"]!.AsObject().Remove(package);
            }
        }
        Assert.That(libTorch, Does.Contain(TorchFiles.LibTorchName));
        foreach (var file in Directory.EnumerateFiles(OwnFolder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(OwnFolder, file);
            var isAsset = name.StartsWith("runtimes", StringComparison.Ordinal) || Path.GetExtension(name) is ".dll" or ".json";
            if (isAsset && !libTorch.Contains(Path.GetFileName(name)))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(app, name))!);
                File.CreateSymbolicLink(Path.Combine(app, name), file);
            }
        }
        // The host follows links to find the application's folder: what it starts from must be files.
        foreach (var own in (string[])[$"{program}.dll", $"{program}.runtimeconfig.json", $"{program}.deps.json"])
        {
            File.Delete(Path.Combine(app, own));
            File.Copy(Path.Combine(OwnFolder, own), Path.Combine(app, own));
        }
        File.WriteAllText(Path.Combine(app, $"{program}.deps.json"), manifest.ToJsonString());
        return Path.Combine(app, $"{program}.dll");
    }

    [Test]
    [Platform("Linux")]
    public void A_libtorch_without_a_symbol_that_is_needed_is_refused_before_it_is_called()
    {
        var library = Path.Combine(_cache, TorchFiles.LibraryName);
        File.WriteAllBytes(library, new ElfBuilder().Symbol("at_a_function_of_another_version", 1).Build());
        var files = new TorchFiles(Torch.EnsureLoaded().NativeFolder, library, IsUserFolder: true, IsUserLibrary: true);
        Assert.That(
            () => TorchLibraries.Load(files, _cache),
            Throws
                .TypeOf<ResearchKitException>()
                .With.Property("Code")
                .EqualTo(ErrorCodes.TorchNotLoadable)
                .And.Message.Contains("at_a_function_of_another_version")
        );
    }

    [Test]
    public void A_library_that_loads_as_it_is_stays_as_it_is()
    {
        // On an older system that is the adapted copy, on a newer one the original.
        var backend = Torch.EnsureLoaded();
        var result = TorchLibraries.Load(new TorchFiles(backend.NativeFolder, backend.LibraryPath, false, false), _cache);
        Assert.That((result.IsFixedCopy, result.LibraryPath), Is.EqualTo((false, backend.LibraryPath)));
        Assert.That(Directory.EnumerateFileSystemEntries(_cache), Is.Empty);
    }

    [Test]
    public void A_library_that_is_no_library_is_told_with_its_path()
    {
        var libTorch = Path.Combine(_cache, TorchFiles.LibTorchName);
        File.WriteAllText(libTorch, "not a library");
        var files = new TorchFiles(_cache, Path.Combine(_cache, TorchFiles.LibraryName), false, false);
        Assert.That(
            () => TorchLibraries.Load(files, _cache),
            Throws.TypeOf<ResearchKitException>().With.Property("Code").EqualTo(ErrorCodes.TorchNotLoadable).And.Message.Contains(libTorch)
        );
    }
}
