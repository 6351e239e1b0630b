using System.Numerics;
using ResearchKit.Graphs;

namespace ResearchKit.Watermark.Tests;

/// <summary>The plain definitions that the module's fast ways are checked against. Nothing here is clever, or shared with the module.</summary>
internal static class Reference
{
    /// <summary>F(u,v) = sum a(x,y) e^{-2 pi i(ux/R + vy/C)} by the definition.</summary>
    public static Complex Dft(double[,] a, int u, int v)
    {
        Complex sum = 0;
        for (int x = 0; x < a.GetLength(0); x++)
        {
            for (int y = 0; y < a.GetLength(1); y++)
            {
                double turns =
                    ((double)((long)u * x % a.GetLength(0)) / a.GetLength(0)) + ((double)((long)v * y % a.GetLength(1)) / a.GetLength(1));
                sum += a[x, y] * Complex.FromPolarCoordinates(1, -2 * Math.PI * turns);
            }
        }
        return sum;
    }

    /// <summary>f(x,y) = sum omega (cos(2 pi(ux+vy)/M + phi) + cos(2 pi(uy+vx)/M + phi)).</summary>
    public static double Score(Carrier[] carriers, double[] omega, int modulus, int x, int y)
    {
        double sum = 0;
        for (int i = 0; i < omega.Length; i++)
        {
            sum += omega[i] * Response(carriers[i], modulus, x, y);
        }
        return sum;
    }

    /// <summary>b_i(x,y).</summary>
    public static double Response(Carrier carrier, int modulus, int x, int y)
    {
        double Angle(long p, long q) => 2 * Math.PI * (((carrier.U * p) + (carrier.V * q)) % modulus) / modulus;
        return Math.Cos(Angle(x, y) + carrier.Phase) + Math.Cos(Angle(y, x) + carrier.Phase);
    }

    /// <summary>delta(x,y) in closed form.</summary>
    public static double Delta(Carrier[] carriers, double[] omega, double sigma, int n, int x, int y)
    {
        double sum = 0;
        for (int i = 0; i < omega.Length; i++)
        {
            sum += sigma * omega[i] * OrbitSize(carriers[i].U, carriers[i].V, n) / 2.0 * Response(carriers[i] with { Phase = 0 }, n, x, y);
        }
        return sum / ((double)n * n);
    }

    /// <summary>The number of distinct members of {(u,v),(v,u),(-u,-v),(-v,-u)}.</summary>
    public static int OrbitSize(int u, int v, int n) => Members(u, v, n).Count;

    public static SortedSet<(int, int)> Members(int u, int v, int n) =>
        [(u, v), (v, u), ((n - u) % n, (n - v) % n), ((n - v) % n, (n - u) % n)];

    public static double[,] Adjacency(Graph graph)
    {
        double[,] a = new double[graph.NodeCount, graph.NodeCount];
        foreach ((int u, int v) in graph.Edges())
        {
            a[u, v] = a[v, u] = 1;
        }
        return a;
    }

    /// <summary>The B pairs of largest gain by sorting all of them.</summary>
    public static List<(int X, int Y)> BestPairs(Graph graph, Func<int, int, double> score, int budget)
    {
        List<(double Gain, int X, int Y)> all = [];
        for (int x = 0; x < graph.NodeCount; x++)
        {
            for (int y = x + 1; y < graph.NodeCount; y++)
            {
                double f = score(x, y);
                all.Add((graph.HasEdge(x, y) ? -f : f, x, y));
            }
        }
        return [.. all.OrderByDescending(p => p.Gain).ThenBy(p => p.X).ThenBy(p => p.Y).Take(budget).Select(p => (p.X, p.Y)).Order()];
    }
}
