namespace ResearchKit.Watermark.Tests.Spectral;

public class OrbitTests
{
    [Test]
    public void Orbits_partition_the_spectrum_and_are_named_by_their_smallest_member([Range(1, 24)] int size)
    {
        Dictionary<Orbit, int> met = [];
        for (int u = 0; u < size; u++)
        {
            for (int v = 0; v < size; v++)
            {
                Orbit orbit = Orbit.Of(u, v, size);
                SortedSet<(int, int)> members = Reference.Members(u, v, size);
                Assert.That((orbit.U, orbit.V), Is.EqualTo(members.Min));
                Assert.That(orbit.Size, Is.EqualTo(members.Count));
                Assert.That(Orbit.IsRepresentative(u, v, size), Is.EqualTo((u, v) == members.Min));
                met[orbit] = met.GetValueOrDefault(orbit) + 1;
            }
        }
        Assert.That(met.All(o => o.Value == o.Key.Size), "every member names the same orbit");
        Assert.That(Orbit.Count(size), Is.EqualTo(met.Count - 1), "all but (0, 0)");
    }

    [TestCase(-1, 0)]
    [TestCase(0, 8)]
    public void An_index_outside_the_transform_is_refused(int u, int v) =>
        Assert.That(() => Orbit.Of(u, v, 8), Throws.TypeOf<ArgumentOutOfRangeException>());
}
