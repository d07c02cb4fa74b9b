"""Exact W2 between two clouds by POT (ot.dist and ot.emd2): the peer of our w2 benchmarks, whose laws these are.
Prints one JSON object (timing.py).

    python exact_w2.py --clouds normal --dim 2 --count 10000
"""

import argparse

import numpy as np
import ot
import timing


def clouds(law, dim, count, draws):
    if law == "normal":
        return draws.normal(size=(count, dim)), draws.normal(size=(count, dim)) + 1
    if law == "grid":
        return draws.integers(100, size=(count, 2)) * 1.0, draws.integers(100, size=(count, 2)) * 1.0
    pair = []
    for clusters in (8, 5):
        x = draws.normal(size=(count, 2))
        x[:, 0] += 1000.0 * (np.arange(count) % clusters)
        pair.append(x)
    return pair


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clouds", choices=["normal", "grid", "clusters"], default="normal")
    parser.add_argument("--dim", type=int, default=2)
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    x, y = clouds(options.clouds, options.dim, options.count, np.random.default_rng(1))
    masses = np.full(options.count, 1 / options.count)
    solve = lambda: ot.emd2(masses, masses, ot.dist(x, y), numItermax=10**9, numThreads=1)  # noqa: E731
    timing.report([timing.seconds_of(solve)])


if __name__ == "__main__":
    main()
