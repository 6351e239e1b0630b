namespace ResearchKit.Moe.Tests;

public class DescendingOrderTests
{
    // torch 1.13: torch.ones(17).sort(descending=True).indices, and 36 values i % 18.
    [Test]
    public void Ties_are_left_as_by_the_Cxx_library()
    {
        float[] ones = [.. Enumerable.Repeat(1f, 17)];
        Assert.That(DescendingOrder.Of(ones), Is.EqualTo(new[] { 8, 16, 15, 14, 13, 12, 11, 10, 9, 0, 7, 6, 5, 4, 3, 2, 1 }));
        float[] twice = [.. Enumerable.Range(0, 36).Select(i => (float)(i % 18))];
        int[] expected =
        [
            35,
            17,
            16,
            34,
            33,
            15,
            32,
            14,
            13,
            31,
            12,
            30,
            11,
            29,
            10,
            28,
            9,
            27,
            8,
            26,
            7,
            25,
            6,
            24,
            5,
            23,
            22,
            4,
            21,
            3,
            20,
            2,
            1,
            19,
            18,
            0,
        ];
        Assert.That(DescendingOrder.Of(twice), Is.EqualTo(expected));
        Assert.That(DescendingOrder.Of([3f, 3f, 5f, 3f]), Is.EqualTo(new[] { 2, 0, 1, 3 }), "few: stable");
        Assert.That(DescendingOrder.Of([]), Is.Empty);
    }
}
