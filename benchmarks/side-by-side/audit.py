"""numpy's half of audit.sh: milliseconds of a bare contingency table (the bound for any table of groups), best and median by wall clock, mean by processor time."""
import sys
import time

import numpy as np

rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
random = np.random.default_rng(1)
group = (random.random(rows) < 0.3).astype(np.int64)
label = (random.random(rows) < 0.5).astype(np.int64)
answer = (random.random(rows) < 0.5).astype(np.int64)


def bare():
    return np.bincount(4 * group + 2 * label + answer, minlength=8)


for _ in range(3):
    bare()
times = []
processor = time.process_time()
for _ in range(25):
    start = time.perf_counter()
    bare()
    times.append(1000 * (time.perf_counter() - start))
processor = 1000 * (time.process_time() - processor) / 25
times.sort()
print(f"numpy-contingency {rows} {times[0]:.3f} {times[12]:.3f} {processor:.3f} -")
