"""A CSV table of a million rows of ten normal numbers read or written by pandas: the peer of our csv_read and
csv_write benchmarks. Prints one JSON object (timing.py).

    python csv_table.py read
"""

import argparse
import pathlib
import tempfile

import numpy as np
import pandas
import timing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=["read", "read-exactly", "write"],
                        help="read-exactly: to the nearest double, as ours does; read may be one off in the last place")
    options = parser.parse_args()
    numbers = np.random.default_rng(1).normal(size=(1_000_000, 10))
    table = pandas.DataFrame(numbers, columns=[f"x{d + 1}" for d in range(10)])
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "table.csv"
        write = timing.seconds_of(lambda: table.to_csv(path, index=False))
        precision = "round_trip" if options.work == "read-exactly" else None
        read = timing.seconds_of(lambda: pandas.read_csv(path, engine="c", float_precision=precision))
    timing.report([write if options.work == "write" else read])


if __name__ == "__main__":
    main()
