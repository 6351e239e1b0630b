"""Golden cases of this repository's own making, in plain Python: no numpy, no code of the project.

python3 audit_own_cases.py > audit_own_cases.json

Rates, differences and ratios are counted row by row; the linear relaxation is solved by bisection of the multiplier and of each row's stationarity condition;
fewest flips and the omniscient bound are found by going through all numbers of positives of both groups.
"""
import json
import math


class Lcg:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2**53


def rate(part, whole):
    return part / whole if whole else 0.0


def fairness(n, groups, seed, weighted):
    r = Lcg(seed)
    y = [int(r.next() < 0.4) for _ in range(n)]
    m = [v if r.next() < 0.75 else 1 - v for v in y]
    g = [int(r.next() * groups) for _ in range(n)]
    if groups == 3:
        y = [0 if gi == 2 else yi for yi, gi in zip(y, g)]
    w = [round(0.2 + 2 * r.next(), 3) for _ in range(n)] if weighted else None
    ws = w or [1] * n

    def total(keep):
        return sum(wi for i, wi in enumerate(ws) if keep(i))

    kinds = {
        "selection_rate": (lambda i: m[i] == 1, lambda i: True),
        "tpr": (lambda i: m[i] == 1, lambda i: y[i] == 1),
        "fpr": (lambda i: m[i] == 1, lambda i: y[i] == 0),
        "tnr": (lambda i: m[i] == 0, lambda i: y[i] == 0),
        "fnr": (lambda i: m[i] == 0, lambda i: y[i] == 1),
    }
    frame = {}
    over = {}
    for name, (part, whole) in kinds.items():
        by = {
            str(k): rate(total(lambda i: g[i] == k and part(i) and whole(i)), total(lambda i: g[i] == k and whole(i)))
            for k in range(groups)
        }
        overall = rate(total(lambda i: part(i) and whole(i)), total(whole))
        low, high = min(by.values()), max(by.values())
        frame[name] = {
            "overall": overall,
            "by_group": by,
            "difference": high - low,
            "ratio": low / high if high else None,
            "group_min": low,
            "group_max": high,
        }
        quotients = [v / overall for v in by.values()]
        over[name] = (
            max(abs(v - overall) for v in by.values()),
            min(q if q <= 1 else 1 / q for q in quotients),
        )
    return {
        "y_true": y,
        "y_pred": m,
        "group": g,
        "sample_weight": w,
        "aggregate": {
            "between_groups": {
                "demographic_parity_difference": frame["selection_rate"]["difference"],
                "demographic_parity_ratio": frame["selection_rate"]["ratio"],
                "equalized_odds_difference": max(frame["tpr"]["difference"], frame["fpr"]["difference"]),
                "equalized_odds_ratio": min(frame["tpr"]["ratio"], frame["fpr"]["ratio"]),
            },
            "to_overall": {
                "demographic_parity_difference": over["selection_rate"][0],
                "demographic_parity_ratio": over["selection_rate"][1],
                "equalized_odds_difference": max(over["tpr"][0], over["fpr"][0]),
                "equalized_odds_ratio": min(over["tpr"][1], over["fpr"][1]),
            },
        },
        "metric_frame": frame,
    }


def row(p, c):
    # The minimum of -p ln s - (1 - p) ln(1 - s) + c s: its derivative rises in s.
    low, high = 0.0, 1.0
    for _ in range(200):
        s = (low + high) / 2
        if s in (0.0, 1.0) or -p / s + (1 - p) / (1 - s) + c > 0:
            high = s
        else:
            low = s
    return (low + high) / 2


def relax(p, g, eps):
    n1 = sum(g)
    n0 = len(g) - n1
    unfair = lambda s: sum(si / n1 if gi else -si / n0 for si, gi in zip(s, g))
    start = unfair(p)
    if abs(start) <= eps:
        return 0.0, list(p)
    sign = 1 if start > 0 else -1
    at = lambda l: [row(pi, l / n1 if gi else -l / n0) for pi, gi in zip(p, g)]
    low, high = 0.0, 1.0
    while sign * unfair(at(sign * high)) > eps:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        if sign * unfair(at(sign * middle)) > eps:
            low = middle
        else:
            high = middle
    return sign * (low + high) / 2, at(sign * (low + high) / 2)


def manipulation(n, share, seed):
    r = Lcg(seed)
    g = [int(r.next() < share) for _ in range(n)]
    g[0], g[1] = 0, 1
    p = [round(min(0.97, max(0.03, r.next() * 0.9 + (0.0 if gi else 0.12))), 4) for gi in g]
    p = [0.501 if v == 0.5 else v for v in p]
    y = [int(r.next() < v) for v in p]
    h = [int(v > 0.5) for v in p]
    n1, n0 = sum(g), n - sum(g)
    pos = lambda v, k: sum(1 for vi, gi in zip(v, g) if gi == k and vi)
    dp = lambda q0, q1: q0 / n0 - q1 / n1

    def fewest(v, eps):
        return min(
            abs(q0 - pos(v, 0)) + abs(q1 - pos(v, 1))
            for q0 in range(n0 + 1)
            for q1 in range(n1 + 1)
            if abs(dp(q0, q1)) <= eps + 1e-9
        )

    def hidden(tau):
        return max(
            (
                abs(dp(q0, q1) - dp(pos(h, 0), pos(h, 1)))
                for q0 in range(n0 + 1)
                for q1 in range(n1 + 1)
                if abs(q0 - pos(y, 0)) + abs(q1 - pos(y, 1)) < tau * n - 1e-12
            ),
            default=None,
        )

    def transport(tol, weighting):
        rates = {k: pos(h, k) / (n1 if k else n0) for k in (0, 1)}
        larger = 1 if n1 > n0 else 0
        b = rates[larger if weighting == "proportional" else 1 - larger]
        up = {k: round((n1 if k else n0) * (1 - tol) * max(b - rates[k], 0)) for k in (0, 1)}
        down = {k: round((n1 if k else n0) * (1 - tol) * max(rates[k] - b, 0)) for k in (0, 1)}
        return {
            "tolerated_unfairness": tol,
            "weighting": weighting,
            "barycenter_positive": b,
            "group1_up_down": [up[1], down[1]],
            "group0_up_down": [up[0], down[0]],
        }

    def roc(theta):
        return [gi if max(v, 1 - v) <= theta else hi for v, gi, hi in zip(p, g, h)]

    def l2(eps):
        gs = sum(v / n1 if gi else -v / n0 for v, gi in zip(p, g))
        if abs(gs) <= eps:
            return p
        k = (gs - math.copysign(eps, gs)) / (1 / n0 + 1 / n1)
        return [v - k * (1 / n1 if gi else -1 / n0) for v, gi in zip(p, g)]

    relaxed = []
    for eps in (0.0, 0.01, 0.1):
        dual, s = relax(p, g, eps)
        relaxed.append({"epsilon": eps, "dual": dual, "scores": s, "answers": [int(v > 0.5) for v in s]})
    return {
        "p1": p,
        "group": g,
        "label": y,
        "honest": h,
        "honest_dp_signed": dp(pos(h, 0), pos(h, 1)),
        "honest_error": sum(a != b for a, b in zip(h, y)) / n,
        "roc": [{"theta": t, "answers": roc(t)} for t in (0.5, 0.55, 0.7)],
        "linear_relaxation": relaxed,
        "label_transport": [transport(t, w) for t in (0.0, 0.3) for w in ("proportional", "as_published")],
        "l2_projection": [{"epsilon": e, "scores": l2(e)} for e in (0.0, 0.02)],
        "fewest_flips": [{"epsilon": e, "flips": fewest(h, e)} for e in (0.0, 0.05)],
        "omniscient_concealable": [{"tau": t, "max_hidden": hidden(t)} for t in (0.1, 0.25)],
        "prior_fair_error_min_flips_from_labels": [{"epsilon": e, "min_errors": fewest(y, e)} for e in (0.0, 0.05)],
    }


print(
    json.dumps(
        {
            "fairness": [fairness(60, 2, 1, False), fairness(80, 3, 2, True)],
            "manipulations": [manipulation(24, 0.3, 3), manipulation(31, 0.65, 4)],
        }
    )
)
