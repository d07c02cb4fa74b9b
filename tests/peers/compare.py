"""Our benchmarks beside their peers, in one run: rounds of ours and theirs alternate, since neighbours on a shared
machine can halve any figure for minutes; each cell is the median of its rounds, the ratio the median of the rounds'
ratios. A peer that is missing leaves its cells empty. Standard library only.

    python compare.py --bench build/tests/fm_bench --python build/peers/bin/python
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

# What is compared: the row's name, our benchmark, the peer's script and its arguments.
ROWS = [
    ("training step, d=2, 3 x 64, batch 256", "training_step/d2_3x64_b256",
     ["training_step.py", "--dim", "2", "--depth", "3", "--width", "64", "--batch", "256"]),
    ("training step, d=2, 3 x 256, batch 256", "training_step/d2_3x256_b256",
     ["training_step.py", "--dim", "2", "--depth", "3", "--width", "256", "--batch", "256"]),
    ("training step, d=50, 4 x 256, batch 1024", "training_step/d50_4x256_b1024",
     ["training_step.py", "--dim", "50", "--depth", "4", "--width", "256", "--batch", "1024"]),
]

TO_MICROSECONDS = {"ns": 1e-3, "us": 1.0, "ms": 1e3, "s": 1e6}
ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def output_of(command):
    """Standard output, or None with the reason on standard error."""
    try:
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=ONE_THREAD).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"compare: {error}", file=sys.stderr)
        return None


def ours(bench, name):
    """Microseconds of our benchmark `name`, or None."""
    text = output_of([bench, f"--benchmark_filter=^{name}$", "--benchmark_format=json"])
    runs = json.loads(text)["benchmarks"] if text else []
    if not runs:
        print(f"compare: no benchmark {name}", file=sys.stderr)
        return None
    return runs[0]["real_time"] * TO_MICROSECONDS[runs[0]["time_unit"]]


def theirs(python, script):
    """What the peer's script printed, or None."""
    text = output_of([python, pathlib.Path(__file__).with_name(script[0]), *script[1:]]) if python else None
    return json.loads(text) if text else None


def median_cell(values, form):
    """The median, with the range of the rounds in brackets."""
    values = [value for value in values if value is not None]
    if not values:
        return ""
    cell = form.format(statistics.median(values))
    return cell + f" ({form.format(min(values))}-{form.format(max(values))})" if len(values) > 1 else cell


def compare(row, options):
    """One line of the table."""
    name, benchmark, script = row
    own_times, peer_times, ratios, peer_name = [], [], [], ""
    for _ in range(options.rounds):
        own = ours(options.bench, benchmark)
        peer = theirs(options.python, script)
        own_times.append(own)
        if peer:
            peer_name = peer["peer"]
            peer_times.append(peer["median_us"])
            ratios.append(own / peer["median_us"] if own else None)
        if own is None and peer is None:
            break
    cells = [name, median_cell(own_times, "{:.0f}"), peer_name, median_cell(peer_times, "{:.0f}"),
             median_cell(ratios, "{:.3f}")]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", required=True, help="our benchmark program")
    parser.add_argument("--python", help="interpreter that has the peers; none: their cells stay empty")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    lines = [compare(row, options) for row in ROWS]
    print("| work | ours, us | peer | peer, us | ours / peer |\n|---|---|---|---|---|")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
