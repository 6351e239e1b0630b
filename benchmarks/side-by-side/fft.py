"""The peer's half of fft.sh: best times of scipy.fft.rfft2 (double, single) and irfft2 (double) with two workers, one line a size."""
import sys
import time

import numpy as np
import scipy.fft


def best(repeats, run):
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


for size in map(int, sys.argv[1:]):
    repeats = 4 if size > 4500 else 8
    image = np.random.default_rng(1).random((size, size))
    single = image.astype(np.float32)
    spectrum = scipy.fft.rfft2(image)
    print(
        size,
        "%.4f" % best(repeats, lambda: scipy.fft.rfft2(image, workers=2)),
        "%.4f" % best(repeats, lambda: scipy.fft.rfft2(single, workers=2)),
        "%.4f" % best(repeats, lambda: scipy.fft.irfft2(spectrum, s=image.shape, workers=2)),
    )
