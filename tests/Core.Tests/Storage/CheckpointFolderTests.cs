using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Storage;

public class CheckpointFolderTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Path.Combine(Directory.CreateTempSubdirectory("researchkit-checkpoints-").FullName, "job");

    [TearDown]
    public void RemoveFolder() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    private CheckpointFolder Open(string inputs = "inputs-1", int keep = 2) => new(_folder, inputs, keep);

    private static Func<string, CancellationToken, Task> Model(string text) =>
        async (folder, cancellationToken) =>
        {
            Directory.CreateDirectory(Path.Combine(folder, "parts"));
            await File.WriteAllTextAsync(Path.Combine(folder, "model.bin"), text, cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "parts", "state.bin"), $"state of {text}", cancellationToken);
        };

    private static string Read(Checkpoint? checkpoint) => File.ReadAllText(Path.Combine(checkpoint!.Folder, "model.bin"));

    [Test]
    public async Task The_newest_whole_one_is_found_and_only_so_many_stay()
    {
        var checkpoints = Open();
        Assert.That(await checkpoints.NewestAsync(), Is.Null);
        foreach (var round in (int[])[1, 2, 9, 10])
        {
            await checkpoints.SaveAsync(round, Model($"round {round}"));
        }
        var newest = await Open().NewestAsync();
        Assert.That(newest!.Number, Is.EqualTo(10));
        Assert.That(Read(newest), Is.EqualTo("round 10"));
        Assert.That(Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName).Order(), Is.EqualTo(["000000000009", "000000000010"]));
    }

    [Test]
    public async Task Any_damage_of_the_newest_falls_back_to_the_one_before()
    {
        Action<string>[] damages =
        [
            folder => File.AppendAllText(Path.Combine(folder, "model.bin"), "x"),
            folder => File.WriteAllText(Path.Combine(folder, "model.bin"), "round X"), // same length
            folder => File.Delete(Path.Combine(folder, "parts", "state.bin")),
            folder => File.Delete(Path.Combine(folder, "checkpoint.json")),
            folder => File.WriteAllText(Path.Combine(folder, "checkpoint.json"), "{\"Schema\":1"),
            folder =>
                File.WriteAllText(Path.Combine(folder, "checkpoint.json"), "{\"Schema\":1,\"InputHash\":\"inputs-1\",\"Files\":[null]}"),
        ];
        foreach (var damage in damages)
        {
            await Open().SaveAsync(1, Model("round 1"));
            damage((await Open().SaveAsync(2, Model("round 2"))).Folder);
            var newest = await Open().NewestAsync();
            Assert.That(Read(newest), Is.EqualTo("round 1"));
            await Open().SaveAsync(2, Model("round 2 again"));
            Assert.That(Read(await Open().NewestAsync()), Is.EqualTo("round 2 again"), "the damaged one is replaced");
        }
    }

    [Test]
    public async Task Other_inputs_are_refused_for_reading_and_writing()
    {
        await Open().SaveAsync(3, Model("x"));
        Func<Task>[] others = [() => Open("inputs-2").NewestAsync(), () => Open("inputs-2").SaveAsync(4, Model("y"))];
        foreach (var other in others)
        {
            Assert.That(
                async () => await other(),
                Throws
                    .TypeOf<ResearchKitException>()
                    .With.Property("Code")
                    .EqualTo(ErrorCodes.OptionsDiffer)
                    .And.Message.Contains("inputs-2")
            );
        }
        Assert.That(Read(await Open().NewestAsync()), Is.EqualTo("x"));
    }

    [Test]
    public async Task A_newer_schema_is_refused()
    {
        var saved = await Open().SaveAsync(1, Model("x"));
        await File.WriteAllTextAsync(
            Path.Combine(saved.Folder, "checkpoint.json"),
            "{\"Schema\":99,\"InputHash\":\"inputs-1\",\"Files\":[]}"
        );
        Assert.That(
            async () => await Open().NewestAsync(),
            Throws.TypeOf<ResearchKitException>().With.Property("Code").EqualTo(ErrorCodes.RunTooNew)
        );
    }

    [Test]
    public async Task A_failed_or_cancelled_save_changes_nothing_and_leftovers_go()
    {
        var checkpoints = Open();
        await checkpoints.SaveAsync(1, Model("kept"));
        Assert.That(
            async () => await checkpoints.SaveAsync(2, (_, _) => throw new InvalidOperationException()),
            Throws.InvalidOperationException
        );
        Assert.That(
            async () => await checkpoints.SaveAsync(2, (_, _) => Task.CompletedTask),
            Throws.ArgumentException.With.Message.Contains("no file")
        );
        Assert.That(
            async () =>
                await checkpoints.SaveAsync(
                    2,
                    (folder, cancellationToken) =>
                        File.WriteAllTextAsync(Path.Combine(folder, "checkpoint.json"), "mine", cancellationToken)
                ),
            Throws.ArgumentException
        );
        Assert.That(
            async () => await checkpoints.SaveAsync(2, Model("x"), new CancellationToken(true)),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That((await Open().NewestAsync())!.Number, Is.EqualTo(1));
        Directory.CreateDirectory(Path.Combine(_folder, ".000000000002.1-1.tmp")); // of a killed job
        await checkpoints.SaveAsync(2, Model("x"));
        Assert.That(Directory.GetFileSystemEntries(_folder), Has.Length.EqualTo(2));
    }

    [Test]
    public void Arguments_are_checked()
    {
        Assert.That(() => new CheckpointFolder("", "x"), Throws.ArgumentException);
        Assert.That(() => new CheckpointFolder(_folder, ""), Throws.ArgumentException);
        Assert.That(() => Open(keep: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(async () => await Open().SaveAsync(-1, Model("x")), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
