using ResearchKit.Learning;
using ResearchKit.Numerics;
using TorchSharp;

namespace ResearchKit.Core.Tests.Learning;

public class ImageTransformsTests
{
    private static readonly ImageShape Small = new(1, 2, 3);

    private static float[] Apply(ImageTransform transform, ImageShape shape, float[] image, string stream = "t")
    {
        var transforms = new ImageTransforms(shape, transform);
        var result = new float[transforms.Output.Length];
        transforms.Apply(image, result, RandomStream.Named(stream));
        return result;
    }

    private static float[] Ramp(int length) => [.. Enumerable.Range(1, length).Select(i => (float)i)];

    [Test]
    public void Turns_flips_and_crops_move_pixels()
    {
        Assert.That(Apply(ImageTransform.QuarterTurns(1), Small, Ramp(6)), Is.EqualTo([3f, 6, 2, 5, 1, 4]));
        Assert.That(Apply(ImageTransform.QuarterTurns(2), Small, Ramp(6)), Is.EqualTo([6f, 5, 4, 3, 2, 1]));
        Assert.That(Apply(ImageTransform.QuarterTurns(-1), Small, Ramp(6)), Is.EqualTo([4f, 1, 5, 2, 6, 3]));
        Assert.That(Apply(ImageTransform.QuarterTurns(4), Small, Ramp(6)), Is.EqualTo(Ramp(6)));
        Assert.That(Apply(ImageTransform.RandomFlip(1), Small, Ramp(6)), Is.EqualTo([3f, 2, 1, 6, 5, 4]));
        Assert.That(Apply(ImageTransform.RandomFlip(0), Small, Ramp(6)), Is.EqualTo(Ramp(6)));
        Assert.That(Apply(ImageTransform.CentreCrop(2, 1), Small, Ramp(6)), Is.EqualTo([2f, 5]));
        Assert.That(Apply(ImageTransform.RandomCrop(6, 7, 2), Small, Ramp(6))[2 * 7 + 2], Is.EqualTo(1), "the whole padded image");
    }

    // Every window of the padded image comes, and each is one of the windows.
    [Test]
    public void A_random_crop_is_a_window_of_the_padded_image()
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < 500; i++)
        {
            seen.Add(string.Join(' ', Apply(ImageTransform.RandomCrop(2, 2, 1), new(1, 2, 2), [1, 2, 3, 4], $"{i}")));
        }
        Assert.That(
            seen,
            Is.EquivalentTo(["0 0 0 1", "0 0 1 2", "0 0 2 0", "0 1 0 3", "1 2 3 4", "2 0 4 0", "0 3 0 0", "3 4 0 0", "4 0 0 0"])
        );
    }

    [Test]
    public void Cutout_zeroes_one_clipped_square_in_all_channels()
    {
        for (var i = 0; i < 200; i++)
        {
            var image = Apply(ImageTransform.Cutout(4), new(2, 8, 8), [.. Enumerable.Repeat(1f, 128)], $"{i}");
            Assert.That(image.Take(64).SequenceEqual(image.Skip(64)));
            var zeros = Enumerable.Range(0, 64).Where(p => image[p] == 0).ToList();
            var (rows, columns) = (zeros.Select(p => p / 8).Distinct().ToList(), zeros.Select(p => p % 8).Distinct().ToList());
            Assert.That(zeros, Has.Count.EqualTo(rows.Count * columns.Count).And.Count.GreaterThanOrEqualTo(4));
            Assert.That(rows.Max() - rows.Min() + 1, Is.EqualTo(rows.Count).And.LessThanOrEqualTo(4));
        }
    }

    [Test]
    public void Colours_are_normalised_and_made_grey()
    {
        var shape = new ImageShape(3, 1, 2);
        Assert.That(Apply(ImageTransform.Grey(), shape, [1, 0, 0, 1, 0.5f, 0]), Is.EqualTo([0.299f + 0.057f, 0.587f]).Within(1e-6));
        Assert.That(Apply(ImageTransform.Normalize([1, 2, 3], [1, 2, 4]), shape, [1, 2, 4, 0, 3, 7]), Is.EqualTo([0f, 1, 1, -1, 0, 1]));
        Assert.That(
            () => new ImageTransforms(shape, ImageTransform.Normalize([1], [1])),
            Throws.ArgumentException.With.Message.Contains("channels")
        );
        Assert.That(() => ImageTransform.Normalize([1], [0]), Throws.ArgumentException);
        Assert.That(() => new ImageTransforms(new(2, 1, 1), ImageTransform.Grey()), Throws.ArgumentException);
        Assert.That(
            () => new ImageTransforms(Small, ImageTransform.CentreCrop(3, 3)),
            Throws.ArgumentException.With.Message.Contains("does not fit")
        );
    }

    [TestCase(16, 16, 28, 28)]
    [TestCase(8, 8, 28, 28)]
    [TestCase(32, 20, 7, 28)]
    public void Resizing_is_torchs_bilinear(int height, int width, int newHeight, int newWidth)
    {
        Torch.EnsureLoaded();
        var random = RandomStream.Named("resize");
        var image = Enumerable.Range(0, 2 * height * width).Select(_ => random.NextSingle()).ToArray();
        using var tensor = torch.tensor(image, [1, 2, height, width]);
        using var expected = torch.nn.functional.interpolate(
            tensor,
            [newHeight, newWidth],
            mode: torch.InterpolationMode.Bilinear,
            align_corners: false
        );
        Assert.That(
            Apply(ImageTransform.Resize(newHeight, newWidth), new(2, height, width), image),
            Is.EqualTo(expected.data<float>().ToArray()).Within(1e-5)
        );
    }

    [Test]
    public void A_rotation_keeps_the_middle_and_small_angles_keep_smooth_images()
    {
        var image = Enumerable.Range(0, 81).Select(p => (float)(p / 9)).ToArray();
        for (var i = 0; i < 20; i++)
        {
            var turned = Apply(ImageTransform.RandomRotation(5), new(1, 9, 9), image, $"{i}");
            Assert.That(turned[40], Is.EqualTo(4).Within(1e-5));
            Assert.That(Math.Abs(turned[42] - 4), Is.LessThanOrEqualTo(2 * Math.Sin(5 * Math.PI / 180) + 1e-5));
        }
        Assert.That(Apply(ImageTransform.RandomRotation(0), new(1, 9, 9), image), Is.EqualTo(image).Within(1e-5));
    }

    [Test]
    public void Sequences_run_in_order_and_batches_are_images_one_after_another()
    {
        var transforms = new ImageTransforms(
            new(3, 4, 4),
            ImageTransform.Grey(),
            ImageTransform.RandomCrop(4, 4, 2),
            ImageTransform.RandomFlip(),
            ImageTransform.Resize(2, 2)
        );
        var images = Ramp(2 * 48);
        var (together, apart) = (new float[8], new float[8]);
        transforms.ApplyToBatch(images, together, 2, RandomStream.Named("b"));
        var random = RandomStream.Named("b");
        transforms.Apply(images.AsSpan(0, 48), apart.AsSpan(0, 4), random);
        transforms.Apply(images.AsSpan(48), apart.AsSpan(4), random);
        Assert.That(together, Is.EqualTo(apart));
        Assert.That(transforms.Output, Is.EqualTo(new ImageShape(1, 2, 2)));
        Assert.That(() => transforms.Apply(images, apart, random), Throws.ArgumentException);
    }
}
