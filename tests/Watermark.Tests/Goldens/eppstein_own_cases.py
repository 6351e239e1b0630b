#!/usr/bin/env python3
"""Known answers of the scheme of Eppstein et al. 2016, computed by sorting tuples and texts, without any code of this project. Inputs come from formulas.

    python3 eppstein_own_cases.py > eppstein_own_cases.json

The cases: a graph without attack, one with a removed high edge, and one whose medium nodes tie in their bit vectors.
"""
import json


def graph(n, heads, modulus):
    """A few heads with many neighbours, and a sparse rest."""
    edges = set()
    for h in range(heads):
        for x in range(h + 1, n):
            if (x * x + 3 * h * x + h) % modulus < heads - h:
                edges.add((h, x))
    for x in range(heads, n):
        y = (5 * x + 7) % n
        if x < y:
            edges.add((x, y))
    return edges


def adjacency(n, edges):
    around = [set() for _ in range(n)]
    for u, v in edges:
        around[u].add(v)
        around[v].add(u)
    return around


def labelled(n, edges, hi, med):
    around = adjacency(n, edges)
    degree = [len(a) for a in around]
    extended = [(degree[v], *(sorted((degree[w] for w in around[v]), reverse=True) + [0] * hi)[:hi]) for v in range(n)]
    order = sorted(range(n), key=lambda v: [-d for d in extended[v]])
    high = [v for v in order if extended[v] >= extended[order[hi - 1]]]
    ranked = sorted(degree, reverse=True)
    bits = {v: "".join("1" if h in around[v] else "0" for h in high) for v in range(n) if ranked[med - 1] <= degree[v] <= ranked[hi]}
    medium = sorted(bits, key=lambda v: (bits[v], v))
    return high, medium, [bits[v] for v in medium]


def case(name, n, edges, hi, med, flips, chosen):
    around = adjacency(n, edges)
    order = sorted(range(n), key=lambda v: -len(around[v]))
    place = {v: i for i, v in enumerate(order)}
    edges = {tuple(sorted((place[u], place[v]))) for u, v in edges}
    high, medium, bits = labelled(n, edges, hi, med)
    label = high + medium
    key = [(i, med - 1 - i) for i in range(med // 2)]
    key_edges = [(label[a], label[b]) for a, b in key]
    ids = ["".join("1" if (i * i + copy * i + copy) % 3 else "0" for i in range(len(key))) for copy in range(4)]
    marked = set(edges)
    for (u, v), bit in zip(key_edges, ids[chosen]):
        edge = (min(u, v), max(u, v))
        (marked.add if bit == "1" else marked.discard)(edge)
    attacked = marked ^ set(flips)
    high2, medium2, bits2 = labelled(n, attacked, hi, med)
    assert len(high2) == len(high)
    match = [None] * n
    for a, b in zip(high, high2):
        match[a] = b
    for v, text in zip(medium, bits):
        distances = [sum(a != b for a, b in zip(text, other)) for other in bits2]
        match[v] = medium2[distances.index(min(distances))]
    read = "".join("1" if tuple(sorted((match[u], match[v]))) in attacked else "0" for u, v in key_edges)
    away = [sum(a != b for a, b in zip(read, i)) for i in ids]
    return {
        "name": name, "n": n, "edges": sorted(edges), "hi": hi, "med": med, "hiNodes": high, "medNodes": medium, "medBitvectors": bits,
        "key": key, "keyEdges": key_edges, "ids": ids, "chosen": chosen, "markedEdgesChosen": sorted(marked),
        "attackedEdges": sorted(attacked), "matching": match, "attackedId": read,
        "identified": [i for i, d in enumerate(away) if d == min(away)],
    }


print(json.dumps({"cases": [
    case("untouched", 40, graph(40, 6, 11), 5, 16, [], 1),
    case("flipped", 50, graph(50, 7, 13), 6, 20, [(0, 1), (3, 30), (8, 9)], 2),
    case("ties", 30, graph(30, 3, 7), 3, 20, [(4, 25)], 0),
]}))
