# Recipe of merge_own_cases.json: plain Python, from the equations of the papers (FlexMerge arXiv:2505.23209, TIES arXiv:2306.01708, EMR arXiv:2405.17461).
# Inputs are multiples of 1/64 from a small congruential generator, so that sums of a few of them are exact in float32. Run: python3 merge_own_cases.py > merge_own_cases.json
import json
import math

state = 12345


def draw():
    global state
    state = (1103515245 * state + 12345) % 2**31
    return ((state >> 16) % 257 - 128) / 64


def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b))
    return dot / (math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(x * x for x in b)) + 1e-8)


def plan(blocks, tasks, masks):
    """Every step looks at every pair of groups of every block; the first of the largest wins."""
    groups = [[[t] for t in range(tasks)] for _ in blocks]

    def stored(sizes):
        if not masks:
            return len(sizes)
        large = [s for s in sizes if s >= 3]
        return sum(s for s in sizes if s < 3) + sum(1 + s / 32 for s in large) + (1 if large else 0)

    steps = []
    while any(len(g) > 1 for g in groups):
        best = None
        for b, block in enumerate(blocks):
            for i in range(len(groups[b])):
                for j in range(i + 1, len(groups[b])):
                    s = min(cosine(block[x], block[y]) for x in groups[b][i] for y in groups[b][j])
                    if best is None or s > best[0]:
                        best = (s, b, i, j)
        s, b, i, j = best
        steps.append({"block": b, "a": groups[b][i], "b": groups[b][j], "similarity": s})
        groups[b][i] = sorted(groups[b][i] + groups[b].pop(j))
        groups[b].sort()
        length = sum(len(block[0]) for block in blocks)
        steps[-1]["size"] = sum(stored([len(g) for g in groups[k]]) * len(block[0]) for k, block in enumerate(blocks)) / length
    return steps


def ties(vectors, density):
    d = len(vectors[0])
    k = max(1, d - int(d * density))
    trimmed = []
    for v in vectors:
        edge = sorted(abs(x) for x in v)[k - 1]
        trimmed.append([x if abs(x) >= edge else 0 for x in v])
    sign = lambda x: (x > 0) - (x < 0)
    signs = [sign(sum(v[p] for v in trimmed)) for p in range(d)]
    majority = sign(sum(signs)) or 1
    signs = [s or majority for s in signs]
    merged = []
    for p in range(d):
        kept = [v[p] for v in trimmed if v[p] * signs[p] > 0]
        merged.append(sum(kept) / len(kept) if kept else 0)
    return merged


def emr(vectors):
    d = len(vectors[0])
    signs = [1 if sum(v[p] for v in vectors) > 0 else -1 for p in range(d)]
    unified = [signs[p] * max([abs(v[p]) for v in vectors if v[p] * signs[p] > 0] or [0]) for p in range(d)]
    masks = [[1 if v[p] * signs[p] > 0 else 0 for p in range(d)] for v in vectors]
    scales = []
    for v, m in zip(vectors, masks):
        shared = sum(abs(unified[p]) * m[p] for p in range(d))
        scales.append(sum(abs(x) for x in v) / shared if shared else 0)
    return {"unified": unified, "masks": masks, "scales": scales}


blocks = [[[draw() for _ in range(n)] for _ in range(5)] for n in (7, 12, 9)]
vectors = [[draw() for _ in range(24)] for _ in range(4)]
print(json.dumps({
    "recipe": "merge_own_cases.py",
    "blocks": blocks,
    "plan": plan(blocks, 5, False),
    "planWithMasks": plan(blocks, 5, True),
    "vectors": vectors,
    "ties": {"density": 0.4, "merged": ties(vectors, 0.4)},
    "emr": emr(vectors),
}))
