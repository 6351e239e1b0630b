using ResearchKit.Goldens;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Core.Tests.Goldens;

[NonParallelizable]
public class GoldenFilesTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("researchkit-goldens-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_folder_beside_the_solution_is_found_from_deep_below()
    {
        var deep = Path.Combine(_folder, "checkout", "artifacts", "bin", "x");
        Directory.CreateDirectory(deep);
        Assert.That(GoldenFiles.Locate(null, deep), Is.Null, "no solution");
        File.WriteAllText(Path.Combine(_folder, "checkout", "ResearchKit.sln"), "");
        Assert.That(GoldenFiles.Locate("", deep), Is.Null, "no shared folder");
        Directory.CreateDirectory(Path.Combine(_folder, "shared"));
        Assert.That(GoldenFiles.Locate(null, deep), Is.EqualTo(Path.Combine(_folder, "shared")));
    }

    [Test]
    public void The_variable_comes_first_and_must_point_somewhere()
    {
        Assert.That(GoldenFiles.Locate(_folder, "/"), Is.EqualTo(_folder));
        Assert.That(
            () => GoldenFiles.Locate(Path.Combine(_folder, "typo"), _folder),
            Throws.TypeOf<DirectoryNotFoundException>().With.Message.Contains(GoldenFiles.Variable)
        );
    }

    [Test]
    public void A_missing_file_in_a_folder_that_is_there_is_a_failure()
    {
        GoldenFiles.Path("README.md");
        Assert.That(() => GoldenFiles.Path("no", "such.json"), Throws.TypeOf<FileNotFoundException>());
        Assert.That(Directory.Exists(GoldenFiles.Data("agents", "jcs", "input")));
    }

    [Test]
    public void A_faulty_stream_writes_what_fits_and_then_fails_for_ever()
    {
        var inner = new MemoryStream();
        using var stream = new FaultyStream(inner, 5);
        stream.Write([1, 2, 3]);
        Assert.That(() => stream.Write([4, 5, 6, 7]), Throws.TypeOf<IOException>());
        Assert.That(() => stream.WriteByte(8), Throws.TypeOf<IOException>());
        Assert.That(inner.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5 }));
        Assert.That(stream.HasFailed);
        using var reading = new FaultyStream(new MemoryStream([1, 2, 3]), 2, () => new TimeoutException());
        Assert.That(reading.Read(new byte[10]), Is.EqualTo(2));
        Assert.That(() => reading.ReadByte(), Throws.TypeOf<TimeoutException>());
    }

    [Test]
    public void A_leaked_tensor_is_found_and_a_disposed_one_is_not()
    {
        Torch.EnsureLoaded();
        LiveTensors.AssertNoLeak(() =>
        {
            using var tensor = torch.ones(2);
        });
        var leaked = new List<torch.Tensor>();
        Assert.That(Fails(() => LiveTensors.AssertNoLeak(() => leaked.Add(torch.ones(2)))), Does.Contain("1 tensors are still alive"));
        leaked.ForEach(tensor => tensor.Dispose());
    }

    [Test]
    public void Statistics_accept_what_fits_and_reject_what_does_not()
    {
        var stream = RandomStream.Named("statistics");
        var uniforms = new double[10_000];
        stream.Fill(uniforms);
        Statistically.Fits(uniforms, x => x);
        Statistically.HasMean(0.5, Math.Sqrt(1 / 12.0), uniforms);
        Statistically.HasProbability(0.25, uniforms.Count(x => x < 0.25), uniforms.Length);
        Statistically.IsUniform([1003, 990, 1007]);
        Assert.That(Fails(() => Statistically.Fits(uniforms, x => x * x)), Does.Contain("Kolmogorov"));
        Assert.That(Fails(() => Statistically.HasMean(0.52, Math.Sqrt(1 / 12.0), uniforms)), Does.Contain("z ="));
        Assert.That(Fails(() => Statistically.HasProbability(0.28, 2500, 10_000)), Does.Contain("2500 of 10000"));
        Assert.That(Fails(() => Statistically.IsUniform([1200, 900, 900])), Does.Contain("chi-square"));
        Assert.That(() => Statistically.Fits([3L, 900], [0.001, 0.999]), Throws.ArgumentException);
        Assert.That(() => Statistically.Fits([3L, 900], [0.5, 0.4]), Throws.ArgumentException);
    }

    // A failing assertion inside a test marks the test: isolate it.
    private static string Fails(Action action)
    {
        using (new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext())
        {
            return Assert.Throws<AssertionException>(action)!.Message;
        }
    }
}
