using System.Text;
using ResearchKit.Federated.Decentralized;
using ResearchKit.Goldens;
using ResearchKit.Numerics;
using ResearchKit.Simulation;

namespace ResearchKit.Federated.Tests.Decentralized.Traces;

/// <summary>Traces from files, sound and otherwise.</summary>
public class TraceFileTests
{
    private string folder = "";

    [SetUp]
    public void Make()
    {
        folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "traces", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(folder);
    }

    [TearDown]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Devices_from_a_table()
    {
        string path = await Write("d.csv", "device,computation_ms,bandwidth_kbps\na,153,2209.6\nb,162,5648.1\n");
        IReadOnlyList<Device> devices = await DeviceTraceFile.LoadTableAsync(path);
        Assert.That(devices, Is.EqualTo(new[] { new Device(153, 276_125), new Device(162, 706_000) }));
        Assert.That((await DeviceTraceFile.LoadTableAsync(path, 1024))[0].BytesPerSecond, Is.EqualTo(282_752));
        Assert.That(DeviceTraceFile.Draw(devices, 2, RandomStream.Named("draw")), Is.EquivalentTo(devices));
        Assert.That(
            () => DeviceTraceFile.Draw(devices, 3, RandomStream.Named("draw")),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("with replacement")
        );
        Assert.That(DeviceTraceFile.Draw(devices, 3, RandomStream.Named("draw"), withReplacement: true), Has.Count.EqualTo(3));
    }

    [TestCase("device,computation_ms,bandwidth_kbps\na,153,0\n", 2)]
    [TestCase("device,computation_ms,bandwidth_kbps\na,153,1\nb,-1,5\n", 3)]
    public async Task Devices_that_cannot_be_are_named_by_line(string text, int line)
    {
        string path = await Write("d.csv", text);
        MalformedFileException? problem = await Assert.ThrowsAsync<MalformedFileException>(() => DeviceTraceFile.LoadTableAsync(path));
        Assert.That(problem!.Line, Is.EqualTo(line));
    }

    /// <summary>Own case: written by Python, <c>pickle.dumps({1: {'computation': 153.0, 'communication': 2209.6}, 2: {'computation': 162, 'communication': 5648.1}}, p)</c> for p = 2, 3, 4.</summary>
    [TestCase(
        "gAJ9cQAoSwF9cQEoWAsAAABjb21wdXRhdGlvbnECR0BjIAAAAAAAWA0AAABjb21tdW5pY2F0aW9ucQNHQKFDMzMzMzN1SwJ9cQQoaAJLomgDR0C2EBmZmZmadXUu"
    )]
    [TestCase(
        "gAN9cQAoSwF9cQEoWAsAAABjb21wdXRhdGlvbnECR0BjIAAAAAAAWA0AAABjb21tdW5pY2F0aW9ucQNHQKFDMzMzMzN1SwJ9cQQoaAJLomgDR0C2EBmZmZmadXUu"
    )]
    [TestCase(
        "gASVUAAAAAAAAAB9lChLAX2UKIwLY29tcHV0YXRpb26UR0BjIAAAAAAAjA1jb21tdW5pY2F0aW9ulEdAoUMzMzMzM3VLAn2UKGgCS6JoA0dAthAZmZmZmnV1Lg=="
    )]
    public async Task FedScales_pickled_devices(string base64)
    {
        string path = Path.Combine(folder, "client_device_capacity");
        await File.WriteAllBytesAsync(path, Convert.FromBase64String(base64));
        Assert.That(
            await DeviceTraceFile.LoadFedScaleAsync(path),
            Is.EqualTo(new[] { new Device(153, 276_125), new Device(162, 706_000) })
        );
    }

    /// <summary>Own case: written by Python, a pickle that would call <c>os.system</c>.</summary>
    [TestCase("gASVHwAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAR0cnVllIWUUpQu")]
    public async Task A_pickle_that_would_run_code_is_refused(string base64)
    {
        string path = Path.Combine(folder, "evil");
        await File.WriteAllBytesAsync(path, Convert.FromBase64String(base64));
        MalformedFileException? problem = await Assert.ThrowsAsync<MalformedFileException>(() => DeviceTraceFile.LoadFedScaleAsync(path));
        Assert.That(problem!.Message, Does.Contain("could run code"));
    }

    [Test]
    public async Task Any_cut_pickle_is_an_error_with_a_place()
    {
        byte[] whole = Convert.FromBase64String(
            "gASVUAAAAAAAAAB9lChLAX2UKIwLY29tcHV0YXRpb26UR0BjIAAAAAAAjA1jb21tdW5pY2F0aW9ulEdAoUMzMzMzM3VLAn2UKGgCS6JoA0dAthAZmZmZmnV1Lg=="
        );
        string path = Path.Combine(folder, "cut");
        for (int length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(path, whole[..length]);
            Assert.That(() => DeviceTraceFile.LoadFedScaleAsync(path), Throws.InstanceOf<MalformedFileException>(), $"{length} bytes");
        }
    }

    [Test]
    public async Task Presence_from_a_table()
    {
        IntervalAvailability trace = await AvailabilityTraceFile.LoadTableAsync(
            await Write("a.csv", "node,from_s,to_s\n0,0,10\n0,20,30\n2,5,15\n")
        );
        Assert.That(new[] { 0, 1, 2 }.Select(trace.IsOnlineAtStart), Is.EqualTo(new[] { true, false, false }));
        Assert.That(trace.Next(0, VirtualTime.Zero)!.Value.At.Seconds, Is.EqualTo(10));
        Assert.That(trace.Next(2, VirtualTime.Zero)!.Value, Is.EqualTo(new PresenceChange(VirtualTime.FromSeconds(5), true)));
        Assert.That(trace.Next(1, VirtualTime.Zero), Is.Null);
    }

    [TestCase("node,from_s,to_s\n0,0,10\n0,5,30\n", 3, TestName = "Presence that overlaps")]
    [TestCase("node,from_s,to_s\n0,10,5\n", 2, TestName = "Presence that ends before it begins")]
    [TestCase("node,from_s,to_s\n-1,0,5\n", 2, TestName = "Presence of nobody")]
    public async Task Presence_that_cannot_be_is_named_by_line(string text, int line)
    {
        string path = await Write("a.csv", text);
        MalformedFileException? problem = await Assert.ThrowsAsync<MalformedFileException>(() =>
            AvailabilityTraceFile.LoadTableAsync(path)
        );
        Assert.That(problem!.Line, Is.EqualTo(line));
    }

    [Test]
    public async Task FedScales_behaviour_as_json()
    {
        const string Sound =
            """{"1": {"active": [0, 20], "inactive": [10, 30], "finish_time": 40}, "2": {"active": [15], "inactive": [5], "finish_time": 40}}""";
        IntervalAvailability trace = await AvailabilityTraceFile.LoadFedScaleAsync(await Write("b.json", Sound));
        Assert.That(trace.IsOnlineAtStart(0), Is.True);
        Assert.That(trace.IsOnlineAtStart(1), Is.True, "it becomes inactive first");
        Assert.That(trace.Next(0, VirtualTime.FromSeconds(30))!.Value.At.Seconds, Is.EqualTo(50), "it repeats after 40 s");
        const string Unsorted = """{"1": {"active": [20, 0], "inactive": [10, 30], "finish_time": 40}}""";
        string path = await Write("u.json", Unsorted);
        Assert.That(() => AvailabilityTraceFile.LoadFedScaleAsync(path), Throws.InstanceOf<MalformedFileException>());
        Assert.That((await AvailabilityTraceFile.LoadFedScaleAsync(path, normalise: true)).IsOnlineAtStart(0), Is.True);
    }

    [Test]
    public async Task Phones_scores_become_computation_times()
    {
        Assert.That(DeviceTraceFile.ComputationOf(105), Is.EqualTo(199));
        Assert.That(DeviceTraceFile.ComputationOf(4310), Is.EqualTo(15).Within(1e-9));
        string path = GoldenFiles.Data("plexus-traces", "flash_ai_benchmark.csv");
        IReadOnlyList<Device> devices = await DeviceTraceFile.LoadAiBenchmarkAsync(
            path,
            FedScaleLikeDevices.Draw(100, RandomStream.Named("d")),
            RandomStream.Named("phones")
        );
        Assert.That(devices.Select(d => d.ComputationMs), Is.All.InRange(15, 199));
        LatencyMatrix cities = await LatencyMatrix.LoadAsync(GoldenFiles.Data("plexus-traces", "latencies.csv"));
        Assert.That(cities.Sites, Is.EqualTo(227));
        Assert.That(cities.MostCentralSite(), Is.EqualTo(19), "where the emulated server stands");
        Assert.That(ServerFedAvg.ServerOf(new() { Devices = devices, Latency = cities }), Is.EqualTo(19));
    }

    private async Task<string> Write(string name, string text)
    {
        string path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, text, Encoding.UTF8);
        return path;
    }
}
