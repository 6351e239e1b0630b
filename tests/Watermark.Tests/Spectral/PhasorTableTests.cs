namespace ResearchKit.Watermark.Tests.Spectral;

public class PhasorTableTests
{
    [Test]
    public void The_circle_is_right_to_the_last_bits_and_symmetric_bit_for_bit([Values(3, 8, 63, 64, 101, 1000, 4039)] int size)
    {
        PhasorTable table = PhasorTable.OfSize(size);
        for (int k = 0; k < size; k++)
        {
            Assert.That(table.Cos[k], Is.EqualTo(double.CosPi(2.0 * k / size)).Within(1e-15));
            Assert.That(table.Sin[k], Is.EqualTo(double.SinPi(2.0 * k / size)).Within(1e-15));
            int mirrored = (size - k) % size;
            Assert.That(table.Cos[mirrored], Is.EqualTo(table.Cos[k]), "cos is even");
            Assert.That(table.Sin[mirrored], Is.EqualTo(-table.Sin[k]), "sin is odd");
        }
    }

    [Test]
    public void Any_phase_is_right()
    {
        for (int i = -2000; i <= 2000; i++)
        {
            double angle = i * 0.0061;
            (double sin, double cos) = PhasorTable.SinCos(angle);
            Assert.That(sin, Is.EqualTo(Math.Sin(angle)).Within(4e-16 * Math.Max(1, Math.Abs(angle))));
            Assert.That(cos, Is.EqualTo(Math.Cos(angle)).Within(4e-16 * Math.Max(1, Math.Abs(angle))));
        }
    }
}
