#!/usr/bin/env python3
"""Makes fens_own_cases.json and linear.onnx: small cases of this project's own, by numpy (double precision) and PyTorch's exporter. Run it in its folder with Debian's python3.

The formulas are those of the papers, written out again here and not taken from the library. Numbers are rounded to 12 digits.
"""
import json

import numpy as np
import torch

rng = np.random.default_rng(7)
M, K, B = 3, 4, 6


def digits(a):
    return np.round(np.asarray(a, dtype=float), 12).tolist()


z = rng.normal(size=(B, M, K)).round(6)
counts = np.array([[5, 0, 2, 1], [3, 0, 0, 7], [2, 0, 9, 4]])
weights = np.where(counts.sum(0) > 0, counts / np.maximum(1, counts.sum(0)), 1 / M)
weighted = (z * weights[None]).mean(1)

votes = rng.integers(0, 9, size=(M, K, K))
votes[:, 2, :] = 0  # no proxy row of class 2
seen = votes.sum(2) > 0
competency = np.where(seen[:, :, None], votes / np.maximum(1, votes.sum(2))[:, :, None], 0)
competency[:, 2, :] = np.array([1, 1, 0, 1]) / 3
scores = np.zeros((B, K))
for b in range(B):
    for i in range(M):
        scores[b] += np.log(np.maximum(competency[i][:, z[b, i].argmax()], 1e-12))

H = np.array([[1.0, 0.5], [0.3, 2.0]])
C = np.array([[1.0, -2.0], [-1.5, 0.5]])
r = np.array([0.75, 0.25])
lr, steps, rounds = 0.1, 4, 3


def local(x, pull, offset):
    y = np.repeat(x[None], 2, 0)
    for i in range(2):
        for _ in range(steps):
            y[i] = y[i] - lr * (H[i] * (y[i] - C[i]) + pull * y[i] + offset[i])
    return y


def fedadam():
    x, m, v, out = np.array([0.2, -0.1]), np.zeros(2), np.zeros(2), []
    for _ in range(rounds):
        d = (r[:, None] * (local(x, 0, np.zeros((2, 2))) - x)).sum(0)
        m, v = 0.9 * m + 0.1 * d, 0.99 * v + 0.01 * d * d
        x = x + 0.05 * m / (np.sqrt(v) + 1e-3)
        out.append(x)
    return out


def feddyn(alpha=0.4):
    x, h, own, out = np.array([0.2, -0.1]), np.zeros(2), np.zeros((2, 2)), []
    for _ in range(rounds):
        y = local(x, alpha, -alpha * x - own)
        own = own - alpha * (y - x)
        h = h - alpha / 2 * (y - x).sum(0)
        x = y.mean(0) - h / alpha
        out.append(x)
    return out


def scaffold_weighted():
    x, c, own, out = np.array([0.2, -0.1]), np.zeros(2), np.zeros((2, 2)), []
    for _ in range(rounds):
        y = local(x, 0, c - own)
        new = own - c + (x - y) / (steps * lr)
        c = c + (r[:, None] * (new - own)).sum(0)
        own = new
        x = x + (r[:, None] * (y - x)).sum(0)
        out.append(x)
    return out


linear = torch.nn.Linear(5, 3)
with torch.no_grad():
    linear.weight.copy_(torch.tensor(rng.normal(size=(3, 5))))
    linear.bias.copy_(torch.tensor(rng.normal(size=3)))
torch.onnx.export(linear, torch.zeros(1, 5), "linear.onnx", input_names=["x"], output_names=["y"], dynamic_axes={"x": {0: "n"}, "y": {0: "n"}})
rows = rng.normal(size=(4, 5))

json.dump(
    {
        "clients": M,
        "classes": K,
        "z": digits(z),
        "label_counts": counts.tolist(),
        "weighted": digits(weighted),
        "votes": votes.tolist(),
        "vote_winner": scores.argmax(1).tolist(),
        "curvature": H.tolist(),
        "centre": C.tolist(),
        "ratios": r.tolist(),
        "fedadam": digits(fedadam()),
        "feddyn": digits(feddyn()),
        "scaffold_weighted": digits(scaffold_weighted()),
        "onnx_rows": digits(rows),
        "onnx_logits": digits(linear(torch.tensor(rows, dtype=torch.float32)).detach().numpy()),
    },
    open("fens_own_cases.json", "w"),
)
