"""How peers measure: seconds of the processor, over all threads, which neighbours on the machine disturb least.
Prints {"seconds": median, "runs": how many}."""

import argparse
import json
import statistics
import time


def step_options(description):
    """The command line of a training step."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dim", type=int, default=2)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=1.0, help="of measuring, after the warm-up")
    return parser


def seconds_of(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def step_seconds(step, seconds):
    """Seconds a step of each group, groups of about 50 ms until the time is up. Warms up first."""
    def repeat(count):
        for _ in range(count):
            step()

    step()
    warm_up = time.perf_counter() + seconds / 4
    while time.perf_counter() < warm_up:
        step()
    count = max(1, round(0.05 / max(seconds_of(step), 1e-6)))
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        times.append(seconds_of(lambda: repeat(count)) / count)
    return times


def report(times):
    print(json.dumps({"seconds": statistics.median(times), "runs": len(times)}))
