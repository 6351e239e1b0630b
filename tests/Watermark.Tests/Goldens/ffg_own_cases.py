#!/usr/bin/env python3
"""Known answers of the FFG scheme, computed with numpy (1.24) from the definitions and without any code of this project:
full two-dimensional transforms, and every pair scored and sorted. Inputs come from formulas, so nothing is drawn.

    python3 ffg_own_cases.py > ffg_own_cases.json

index: orbit representatives; omega: key values; flips: [x, y, +1 added | -1 removed]; omegaExtracted: from the transform of the difference.
The cases hold orbits of all sizes: 1 (self-conjugate and on the diagonal), 2 (diagonal, antidiagonal, half frequencies) and 4.
"""
import json
import numpy as np


def graph(n, a, b, c, modulus, below):
    return [(x, y) for x in range(n) for y in range(x + 1, n) if (a * x * x + b * y + c * x * y) % modulus < below]


def members(u, v, n):
    return sorted({(u, v), (v, u), (-u % n, -v % n), (-v % n, -u % n)})


def adjacency(n, edges):
    a = np.zeros((n, n))
    for x, y in edges:
        a[x, y] = a[y, x] = 1
    return a


def largest(a, m):
    n = len(a)
    magnitude = np.round(np.abs(np.fft.fft2(a)), 9)
    orbits = {members(u, v, n)[0] for u in range(n) for v in range(n)} - {(0, 0)}
    return sorted(orbits, key=lambda o: (-magnitude[o], o))[:m]


def waves(n, u, v, phase):
    x, y = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
    return np.cos(2 * np.pi * ((u * x + v * y) % n) / n + phase) + np.cos(2 * np.pi * ((u * y + v * x) % n) / n + phase)


def case(name, n, edges, index, omega, phase, sigma, budget):
    a = adjacency(n, edges)
    upper = [(x, y) for x in range(n) for y in range(x + 1, n)]
    if phase is None:
        spectrum = np.zeros((n, n), complex)
        for (u, v), w in zip(index, omega):
            for member in members(u, v, n):
                spectrum[member] = sigma * w
        field = np.fft.ifft2(spectrum)
        assert np.abs(field.imag).max() < 1e-12
        field = field.real
        flips = [(x, y) for x, y in upper if (a[x, y] + field[x, y] >= 0.5) != (a[x, y] == 1)]
    else:
        spectrum = np.zeros((n, n), complex)
        for (u, v), w, p in zip(index, omega, phase):
            for j, k, value in ((u, v, w * np.exp(1j * p)), (v, u, w * np.exp(1j * p)), (-u, -v, w * np.exp(-1j * p)), (-v, -u, w * np.exp(-1j * p))):
                spectrum[j % n, k % n] += value
        field = sum(w * waves(n, u, v, p) for (u, v), w, p in zip(index, omega, phase))
        assert np.allclose(field, np.fft.ifft2(spectrum).real * n * n / 2, atol=1e-9)
        gain = {(x, y): -field[x, y] if a[x, y] else field[x, y] for x, y in upper}
        flips = sorted(sorted(upper, key=lambda p: (-gain[p], p))[:budget])
    marked = a.copy()
    for x, y in flips:
        marked[x, y] = marked[y, x] = 1 - a[x, y]
    difference = np.fft.fft2(marked - a)
    turn = [0] * len(index) if phase is None else phase
    extracted = [float((np.exp(-1j * p) * difference[u, v]).real) for (u, v), p in zip(index, turn)]
    strength = 1 if sigma is None else sigma
    length = float(np.linalg.norm(extracted))
    fourier = np.fft.fft2(a)
    return {
        "name": name,
        "mode": "paper-threshold" if phase is None else "phase-budget",
        "n": n,
        "edges": edges,
        "index": index,
        "orbitSize": [len(members(u, v, n)) for u, v in index],
        "omega": omega,
        "phase": phase,
        "sigma": sigma,
        "budget": budget,
        "fourierAtIndex": [[float(fourier[o].real), float(fourier[o].imag)] for o in index],
        "fieldUpperFirst20" if phase is None else "scoreUpperFirst20": [float(field[p]) for p in upper[:20]],
        "flips": [[x, y, int(marked[x, y] - a[x, y])] for x, y in flips],
        "omegaExtracted": extracted,
        "similarity": float(np.dot(extracted, omega) / length),
        "l2Distance": float(np.linalg.norm(np.array(extracted) - strength * np.array(omega))),
    }


def values(m):
    return [2 * float(np.sin(1.7 * i + 0.3)) for i in range(m)]


def phases(m):
    return [2 * float(np.pi) * ((0.618033988749895 * i) % 1.0) for i in range(m)]


first = graph(22, 7, 3, 5, 11, 2)
even = [(10, 10), (0, 10), (5, 15), (3, 3), (1, 2), (0, 1), (4, 9), (2, 17), (6, 6), (3, 8)]
odd = [(5, 16), (7, 7), (1, 2), (0, 3), (4, 9), (2, 17), (6, 8), (1, 20), (3, 10)]
cases = [
    case("threshold-22", 22, first, largest(adjacency(22, first), 10), values(10), None, 23.5, None),
    case("budget-20-all-orbit-sizes", 20, graph(20, 3, 5, 2, 13, 3), even, values(10), phases(10), None, 15),
    case("budget-21", 21, graph(21, 2, 7, 3, 9, 2), odd, values(9), phases(9), None, 11),
]
print(json.dumps({"origin": "ffg_own_cases.py, numpy, from the definitions", "cases": cases}, separators=(",", ":")))
