using ResearchKit.Numerics;
using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Numerics;

public class TorchFilesTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("researchkit-torch-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private string Folder(string name, params string[] files)
    {
        var folder = Path.Combine(_folder, name);
        Directory.CreateDirectory(folder);
        foreach (var file in files)
        {
            File.WriteAllText(Path.Combine(folder, file), "");
        }
        return folder;
    }

    private static Action<ResearchKitException> Tells(string code, params string[] words) =>
        exception =>
        {
            Assert.That(exception.Code, Is.EqualTo(code));
            foreach (var word in words)
            {
                Assert.That($"{exception.Message} {exception.Remedy}", Does.Contain(word));
            }
        };

    private static void Refuses(Action action, Action<ResearchKitException> check) => check(Assert.Throws<ResearchKitException>(action)!);

    [Test]
    public void The_applications_own_files_are_found_in_order()
    {
        var (empty, app) = (Folder("empty"), Folder("app", TorchFiles.LibTorchName, TorchFiles.LibraryName));
        var later = Folder("later", TorchFiles.LibTorchName, TorchFiles.LibraryName);
        var files = TorchFiles.Find(null, [empty, app], [later]);
        Assert.That(files, Is.EqualTo(new TorchFiles(app, Path.Combine(app, TorchFiles.LibraryName), false, false)));
    }

    [Test]
    public void A_missing_libtorch_names_the_package_that_brings_it() =>
        Refuses(
            () => TorchFiles.Find(null, [Folder("app", TorchFiles.LibraryName)], []),
            Tells(ErrorCodes.LibTorchMissing, "dotnet add package libtorch-cpu-", "--version 2.10.0", Path.Combine(_folder, "app"))
        );

    [Test]
    public void A_missing_library_of_torchsharp_is_another_cause() =>
        Refuses(
            () => TorchFiles.Find(null, [Folder("app", TorchFiles.LibTorchName)], []),
            Tells(ErrorCodes.TorchNotLoadable, TorchFiles.LibraryName, "TorchSharp's native library is missing")
        );

    [Test]
    public void The_users_folder_comes_first_with_the_library_in_it_or_beside_the_application()
    {
        var app = Folder("app", TorchFiles.LibraryName);
        var user = Folder("user", TorchFiles.LibTorchName);
        Assert.That(
            TorchFiles.Find(user, [app], []),
            Is.EqualTo(new TorchFiles(user, Path.Combine(app, TorchFiles.LibraryName), true, false))
        );
        Folder("user", TorchFiles.LibraryName);
        Assert.That(
            TorchFiles.Find(user, [app], []),
            Is.EqualTo(new TorchFiles(user, Path.Combine(user, TorchFiles.LibraryName), true, true))
        );
        var lib = Folder(Path.Combine("whole", "lib"), TorchFiles.LibTorchName);
        Assert.That(TorchFiles.Find(Path.Combine(_folder, "whole"), [app], []).LibTorchFolder, Is.EqualTo(lib));
    }

    [Test]
    public void A_users_folder_without_libtorch_is_an_error_not_a_fallback() =>
        Refuses(
            () => TorchFiles.Find(Folder("user"), [Folder("app", TorchFiles.LibTorchName, TorchFiles.LibraryName)], []),
            Tells(ErrorCodes.LibTorchMissing, TorchFiles.Variable, Path.Combine(_folder, "user"))
        );

    [Test]
    public void Two_libtorches_are_refused_before_they_end_the_process()
    {
        var app = Folder("app", TorchFiles.LibTorchName, TorchFiles.LibraryName);
        var user = Folder("user", TorchFiles.LibTorchName);
        Refuses(() => TorchFiles.Find(user, [app], []), Tells(ErrorCodes.TorchNotLoadable, app, "TorchBackend=none"));
        Assert.That(
            TorchFiles.Find(user, [], [app]).LibTorchFolder,
            Is.EqualTo(user),
            "a folder that the runtime does not probe does no harm"
        );
        Assert.That(TorchFiles.Find(app, [app], []).LibTorchFolder, Is.EqualTo(app));
    }

    [Test]
    public void A_link_to_the_applications_own_libtorch_is_no_second_one()
    {
        var app = Folder("app", TorchFiles.LibTorchName, TorchFiles.LibraryName);
        var link = Path.Combine(_folder, "link");
        Directory.CreateSymbolicLink(link, app);
        Assert.That(TorchFiles.Find(link, [app], []).IsUserFolder);
    }

    [Test]
    [Platform("Linux")]
    public void Script_hosts_find_the_packages_beside_torchsharps()
    {
        var assembly = Path.Combine(_folder, "torchsharp", "0.107.0", "lib", "net8.0", "TorchSharp.dll");
        var native = Path.Combine("runtimes", "linux-x64", "native");
        Assert.That(
            TorchFiles.OtherFolders("/app", assembly, "/cache"),
            Does.Contain(Path.Combine(_folder, "torchsharp", "0.107.0", native))
                .And.Contain(Path.Combine(_folder, "libtorch-cpu-linux-x64", "2.10.0", native))
                .And.Some.EqualTo(Path.Combine("/cache", "libtorch-cpu-linux-x64", "2.10.0", native))
        );
        Assert.That(TorchFiles.ProbedFolders("/a:/b/", assembly), Is.EqualTo(["/a", "/b", Path.GetDirectoryName(assembly)]));
    }

    [Test]
    public void The_runtime_is_read_from_the_memory_map()
    {
        string[] maps =
        [
            "7f0000000000-7f0000001000 r--p 00000000 08:01 1234 /usr/lib/x86_64-linux-gnu/libc.so.6",
            "7f0000002000-7f0000003000 rw-p 00000000 00:00 0 [heap]",
            "7f0000004000-7f0000005000 r--p 00000000 08:01 1235 /opt/my libs/libstdc++.so.6.0.30",
        ];
        Assert.That(TorchLibraries.MappedRuntime(maps), Is.EqualTo("/opt/my libs/libstdc++.so.6.0.30"));
        Assert.That(TorchLibraries.MappedRuntime(maps.Take(2)), Is.Null);
    }

    private static readonly SymbolVersionFix.Substitute Init = SymbolVersionFix.Substitutes[0];

    private static readonly CxxRuntime Old = new(
        "/usr/lib/libstdc++.so.6",
        new HashSet<string>(),
        new HashSet<(string, string)> { (Init.Name, Init.OfVersion) }
    );

    [Test]
    public void A_fixed_copy_is_made_once_healed_when_damaged_and_refused_where_it_cannot_be_kept()
    {
        var bytes = new ElfBuilder().Symbol(Init.Symbol, 2).Needs(CxxRuntime.FileName, (Init.Version, 2)).Build();
        var image = ElfImage.Parse(bytes, "libLibTorchSharp.so");
        var content = SymbolVersionFix.Apply(image, Old);
        var cache = Path.Combine(_folder, "cache");
        var (path, isFixedCopy) = TorchLibraries.Adapted("/app/libLibTorchSharp.so", image, Old, cache);
        Assert.That(isFixedCopy);
        Assert.That(path, Does.Contain(Checksum.Sha256(content)), "machines that need other copies do not write over this one");
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(content));

        var written = File.GetLastWriteTimeUtc(path).AddHours(-1);
        File.SetLastWriteTimeUtc(path, written);
        TorchLibraries.Adapted("/app/libLibTorchSharp.so", image, Old, cache);
        Assert.That(File.GetLastWriteTimeUtc(path), Is.EqualTo(written), "not written again");

        File.WriteAllBytes(path, [1, 2, 3]);
        TorchLibraries.Adapted("/app/libLibTorchSharp.so", image, Old, cache);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(content));

        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Refuses(
            () => TorchLibraries.Adapted("/app/libLibTorchSharp.so", image, Old, file),
            Tells(ErrorCodes.CxxRuntimeTooOld, file, "XDG_CACHE_HOME", Init.Version)
        );
    }

    [Test]
    public void An_obstacle_is_told_with_what_to_install()
    {
        var image = ElfImage.Parse(new ElfBuilder().Symbol("other", 2).Needs(CxxRuntime.FileName, (Init.Version, 2)).Build(), "x");
        Refuses(
            () => TorchLibraries.Adapted("/app/x", image, Old, _folder),
            Tells(ErrorCodes.CxxRuntimeTooOld, "other", "GCC 11", "/usr/lib/libstdc++.so.6")
        );
    }
}
