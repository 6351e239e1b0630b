namespace ResearchKit.Audit;

/// <summary>
/// What a group can reach with thresholds: the upper convex hull of the points (rate, objective) of all thresholds, the rate on x.
/// </summary>
internal sealed class TradeOffCurve
{
    private readonly List<Point> _hull = [];

    private readonly record struct Point(double X, double Y, double Threshold);

    private TradeOffCurve() { }

    /// <summary>The curve of one group.</summary>
    /// <param name="scores">The scores; sorted in place, descending.</param>
    /// <param name="labels">The labels, moved along.</param>
    /// <param name="x">The rate, of the confusion counts.</param>
    /// <param name="y">The objective, of the confusion counts.</param>
    public static TradeOffCurve Of(double[] scores, byte[] labels, Func<GroupCounts, double> x, Func<GroupCounts, double> y)
    {
        Array.Sort(scores, labels);
        Array.Reverse(scores);
        Array.Reverse(labels);
        int positives = labels.AsSpan().Count((byte)1);
        int negatives = labels.Length - positives;
        List<Point> points = [At(0, 0, double.PositiveInfinity)];
        (int truePositives, int falsePositives) = (0, 0);
        for (int i = 0; i < scores.Length; )
        {
            double score = scores[i];
            for (; i < scores.Length && scores[i] == score; i++)
            {
                truePositives += labels[i];
                falsePositives += 1 - labels[i];
            }
            double below = i < scores.Length ? scores[i] : double.NegativeInfinity;
            points.Add(At(truePositives, falsePositives, (score + below) / 2));
        }
        TradeOffCurve curve = new();
        foreach (Point point in InOrder(points))
        {
            curve.Append(point);
        }
        return curve;

        Point At(int tp, int fp, double threshold)
        {
            GroupCounts counts = new(tp, fp, negatives - fp, positives - tp);
            return new Point(x(counts), y(counts), threshold);
        }
    }

    /// <summary>By rate, then objective. As thresholds fall, selection rates rise: most often the points are in order already. The sort is stable.</summary>
    private static IEnumerable<Point> InOrder(List<Point> points)
    {
        for (int i = 1; i < points.Count; i++)
        {
            if (points[i].X < points[i - 1].X || (points[i].X == points[i - 1].X && points[i].Y < points[i - 1].Y))
            {
                return points.OrderBy(p => p.X).ThenBy(p => p.Y);
            }
        }
        return points;
    }

    /// <summary>The curve's value at each point of the grid, and the segment it lies on: the one with left &lt; x &lt;= right, at the first point the last that begins there.</summary>
    public void Interpolate(ReadOnlySpan<double> grid, Span<double> values, Span<int> segments)
    {
        int left = 0;
        while (left < _hull.Count - 2 && _hull[left + 1].X <= grid[0])
        {
            left++;
        }
        for (int k = 0; k < grid.Length; k++)
        {
            while (left < _hull.Count - 2 && _hull[left + 1].X < grid[k])
            {
                left++;
            }
            segments[k] = left;
            double weight0 = Weight0(left, grid[k]);
            values[k] = (weight0 * _hull[left].Y) + ((1 - weight0) * _hull[left + 1].Y);
        }
    }

    /// <summary>The randomised thresholds at a point of the grid.</summary>
    public GroupThresholds At(int segment, double x, double ignored = 0, double constant = 0)
    {
        double weight0 = Weight0(segment, x);
        return new GroupThresholds(weight0, _hull[segment].Threshold, 1 - weight0, _hull[segment + 1].Threshold, ignored, constant);
    }

    private double Weight0(int left, double x) => (_hull[left + 1].X - x) / (_hull[left + 1].X - _hull[left].X);

    /// <summary>Andrew's monotone chain: a middle point on or below the line of its neighbours goes.</summary>
    private void Append(Point next)
    {
        while (_hull.Count >= 2)
        {
            Point first = _hull[^2];
            Point middle = _hull[^1];
            if ((middle.Y - first.Y) * (next.X - first.X) > (next.Y - first.Y) * (middle.X - first.X))
            {
                break;
            }
            _hull.RemoveAt(_hull.Count - 1);
        }
        _hull.Add(next);
    }
}
