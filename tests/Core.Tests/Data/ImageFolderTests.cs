using ResearchKit.Data;
using SkiaSharp;

namespace ResearchKit.Core.Tests.Data;

[TestFixture]
public sealed class ImageFolderTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task ClassesAndFilesAreInOrder()
    {
        Write("b/2.png", 3, 2, static (x, y) => new SKColor((byte)(10 * x), (byte)(20 * y), 5));
        Write("b/10.png", 3, 2, static (_, _) => new SKColor(255, 255, 255));
        Write("a/x.png", 3, 2, static (_, _) => new SKColor(255, 0, 0));
        File.WriteAllText(Path.Combine(_folder.Path, "a", "notes.txt"), "passed over");
        var shares = new List<double>();
        LabeledData data = await ImageFolder.LoadAsync(_folder.Path, progress: new Collect(shares));
        Assert.That(data.Schema.ClassNames, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(data.Schema.FeatureShape, Is.EqualTo(new[] { 3, 2, 3 }));
        Assert.That(data.Labels.ToArray(), Is.EqualTo(new[] { 0, 1, 1 }));
        Assert.That(Pixels(data, 0), Is.EqualTo(new[] { 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.That(Pixels(data, 2), Is.EqualTo(new[] { 0, 10, 20, 0, 10, 20, 0, 0, 0, 20, 20, 20, 5, 5, 5, 5, 5, 5 })); // 2.png after 10.png
        Assert.That(shares[^1], Is.EqualTo(1));
    }

    [Test]
    public async Task GreyAndAnotherSizeOnRequest()
    {
        Write("a/1.png", 8, 8, static (_, _) => new SKColor(200, 100, 50));
        Write("a/2.png", 4, 6, static (x, _) => x < 2 ? SKColors.Black : SKColors.White);
        LabeledData data = await ImageFolder.LoadAsync(
            _folder.Path,
            new ImageFolderOptions
            {
                Width = 4,
                Height = 4,
                Channels = 1,
            }
        );
        Assert.That(data.Schema.FeatureShape, Is.EqualTo(new[] { 1, 4, 4 }));
        Assert.That(Pixels(data, 0), Is.All.EqualTo(124)); // 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2
        Assert.That(Pixels(data, 1)[0], Is.LessThan(40));
        Assert.That(Pixels(data, 1)[3], Is.GreaterThan(215));
        await Assert.ThrowsAsync<MalformedFileException>(() => ImageFolder.LoadAsync(_folder.Path));
        await Assert.ThrowsAsync<ArgumentException>(() => ImageFolder.LoadAsync(_folder.Path, new ImageFolderOptions { Width = 4 }));
        Assert.That(() => new ImageFolderOptions { Channels = 2 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task DamagedLargeAndMissingImagesAreNamed()
    {
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => ImageFolder.LoadAsync(Path.Combine(_folder.Path, "none")));
        await Assert.ThrowsAsync<MalformedFileException>(() => ImageFolder.LoadAsync(_folder.Path));
        string path = Write("a/1.png", 40, 40, static (x, y) => new SKColor((uint)(0xFF000000 + x * 7919 * y)));
        var large = await Assert.ThrowsAsync<MalformedFileException>(() =>
            ImageFolder.LoadAsync(_folder.Path, new ImageFolderOptions { MostPixels = 1_000 })
        );
        Assert.That(large!.Message, Does.Contain("40 x 40"));
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        var cut = await Assert.ThrowsAsync<MalformedFileException>(() => ImageFolder.LoadAsync(_folder.Path));
        Assert.That(cut!.Path, Is.EqualTo(path));
        File.WriteAllText(path, "no image");
        await Assert.ThrowsAsync<MalformedFileException>(() => ImageFolder.LoadAsync(_folder.Path));
    }

    [Test]
    public void DamageNeverCrashes() => Fuzz(300);

    [Test, Category("Long")]
    public void DamageNeverCrashesInManyCases() => Fuzz(100_000);

    private void Fuzz(int cases)
    {
        string path = Write("a/1.png", 12, 9, static (x, y) => new SKColor((uint)(0xFF000000 + x * 7919 * y)));
        byte[] png = File.ReadAllBytes(path);
        using SKBitmap bitmap = SKBitmap.Decode(png);
        using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 80);
        using SKData webp = bitmap.Encode(SKEncodedImageFormat.Webp, 80);
        var options = new ImageFolderOptions
        {
            Width = 6,
            Height = 6,
            MostPixels = 1 << 16,
        };
        FileDamage.Check(
            [png, jpeg.ToArray(), webp.ToArray()],
            cases,
            async (stream, name) =>
            {
                using (FileStream file = File.Create(path))
                    await stream.CopyToAsync(file);
                try
                {
                    return (await ImageFolder.LoadAsync(_folder.Path, options)).Count;
                }
                catch (MalformedFileException e)
                {
                    Assert.That(e.Path, Is.EqualTo(path));
                    throw new MalformedFileException(name, e.Expected, e.Found, byteOffset: e.ByteOffset);
                }
            },
            threads: 1
        );
    }

    private static int[] Pixels(LabeledData data, int row)
    {
        var features = new float[data.FeatureLength];
        data.CopyRow(row, features);
        return Array.ConvertAll(features, static value => (int)MathF.Round(value * 255));
    }

    private string Write(string name, int width, int height, Func<int, int, SKColor> colour)
    {
        string path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var bitmap = new SKBitmap(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                bitmap.SetPixel(x, y, colour(x, y));
        }

        using FileStream file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        return path;
    }

    private sealed class Collect(List<double> values) : IProgress<double>
    {
        public void Report(double value) => values.Add(value);
    }
}
