# The merging algorithms in torch's formulation, as their papers' programs write them: the peer of MergeTimes.cs.
# Prints "name wall processor" in seconds, best of the repeats.
import math
import sys
import time

import torch

TASKS, BLOCKS, LENGTH = 8, 25, 200_000
torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
generator = torch.Generator().manual_seed(1)
blocks = [torch.randn(TASKS, LENGTH, generator=generator) for _ in range(BLOCKS)]
whole = torch.cat(blocks, 1)
many = [torch.randn(30, 50_000, generator=generator) for _ in range(BLOCKS)]


def cosine(a, b):
    return torch.dot(a, b) / (a.norm() * b.norm() + 1e-8)


def best_pair(block, groups):
    best = (-math.inf, 0, 0)
    for i in range(len(groups)):
        for j in range(i + 1, len(groups)):
            similarity = min(cosine(block[a], block[b]).item() for a in groups[i] for b in groups[j])
            if similarity > best[0]:
                best = (similarity, i, j)
    return best


def plan(blocks=blocks):
    tasks = len(blocks[0])
    groups = [[[t] for t in range(tasks)] for _ in blocks]
    best = [best_pair(b, g) for b, g in zip(blocks, groups)]
    for _ in range((tasks - 1) * BLOCKS):
        at = max((i for i in range(BLOCKS) if len(groups[i]) > 1), key=lambda i: best[i][0])
        _, i, j = best[at]
        groups[at][i] = groups[at][i] + groups[at].pop(j)
        if len(groups[at]) > 1:
            best[at] = best_pair(blocks[at], groups[at])


def ties(density=0.2):
    d = whole.shape[1]
    k = max(1, d - int(d * density))
    threshold, _ = whole.abs().kthvalue(k, dim=1, keepdim=True)
    x = whole * (whole.abs() >= threshold)
    sign = torch.sign(x.sum(0))
    majority = torch.sign(sign.sum())
    sign[sign == 0] = 1 if majority == 0 else majority
    rows = torch.where(sign.unsqueeze(0) > 0, x > 0, x < 0)
    kept = x * rows
    return kept.sum(0) / (kept != 0).sum(0).float().clamp(min=1)


def emr():
    sign = (whole.sum(0) > 0).float() * 2 - 1
    unified = torch.zeros(whole.shape[1])
    for v in whole:
        chosen = v * sign > 0
        unified = torch.max(unified, (v * chosen).abs())
    unified = unified * sign
    masks, scales = [], []
    for v in whole:
        mask = v * unified > 0
        masks.append(mask)
        scales.append(v.abs().mean() / (mask * unified).abs().mean())
    return unified, masks, scales


def normalise(x):
    low, high = x.min(1, keepdim=True)[0], x.max(1, keepdim=True)[0]
    return (x - low) / (high - low)


def clamp(x, low, high):
    d = x.shape[1]
    ordered, _ = torch.sort(x, 1)
    return torch.clamp(x, ordered[:, int(d * low)].unsqueeze(1), ordered[:, int(d * (1 - high) - 1)].unsqueeze(1))


def pcb(ratio=0.1):
    m = whole.shape[0]
    magnitude = clamp(whole.abs(), 1e-4, 1e-4)
    clamped = whole.sign() * magnitude
    own = torch.exp(m * normalise(magnitude) ** 2)
    score = own * torch.tanh(whole * whole.sum(0))
    weight = normalise(clamp(score, 1 - ratio, 0))
    return (clamped * weight).sum(0) / weight.sum(0).clamp(min=1e-12)


for name, run, repeats in (("plan", plan, 1), ("plan-30", lambda: plan(many), 1), ("ties", ties, 3), ("emr", emr, 3), ("pcb", pcb, 2)):
    wall, processor = math.inf, math.inf
    for _ in range(repeats):
        w, p = time.perf_counter(), time.process_time()
        run()
        wall, processor = min(wall, time.perf_counter() - w), min(processor, time.process_time() - p)
    print(f"{name} {wall:.4f} {processor:.4f}", flush=True)
