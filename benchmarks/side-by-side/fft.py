"""The peer's half of fft.sh: best times of scipy.fft.rfft2 (double, single) and irfft2 (double), wall seconds with two workers, then
processor seconds with one, one line a size."""
import sys
import time

import numpy as np
import scipy.fft


def best(repeats, run, clock):
    run()
    times = []
    for _ in range(repeats):
        start = clock()
        run()
        times.append(clock() - start)
    return "%.4f" % min(times)


for size in map(int, sys.argv[1:]):
    repeats = 3 if size > 4500 else 8
    image = np.random.default_rng(1).random((size, size))
    single = image.astype(np.float32)
    spectrum = scipy.fft.rfft2(image)
    columns = [size]
    for workers, clock in ((2, time.perf_counter), (1, time.process_time)):
        columns.append(best(repeats, lambda: scipy.fft.rfft2(image, workers=workers), clock))
        columns.append(best(repeats, lambda: scipy.fft.rfft2(single, workers=workers), clock))
        columns.append(best(repeats, lambda: scipy.fft.irfft2(spectrum, s=image.shape, workers=workers), clock))
    print(*columns)
