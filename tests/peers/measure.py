"""Runs programs one at a time and says what they took. All are told to use one thread, and pinned to one core unless
said otherwise."""

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import time

ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# The last core: interrupts are often dealt with by the first.
CORE = max(os.sched_getaffinity(0))
HERE = pathlib.Path(__file__).parent


@dataclasses.dataclass
class Run:
    """What one run took."""
    seconds: float
    mebibytes: float  # the most it had in memory, everything counted
    gflops: float = 0
    peak_gflops: float = 0


@dataclasses.dataclass
class Child:
    output: str
    processor_seconds: float
    clock_seconds: float
    mebibytes: float


def child(command, pinned=True):
    """A program run to its end; None, with the reason on standard error, if it cannot be or fails."""
    pin = (lambda: os.sched_setaffinity(0, {CORE})) if pinned else None
    start = time.perf_counter()
    try:
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, env=ONE_THREAD, preexec_fn=pin)
    except OSError as error:
        print(f"compare: {error}", file=sys.stderr)
        return None
    output, messages = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        print(f"compare: {' '.join(map(str, command))}: {messages.strip()[-300:]}", file=sys.stderr)
        return None
    return Child(output, usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024)


@dataclasses.dataclass
class Programs:
    """Where ours and theirs are."""
    bench: str
    tools: pathlib.Path
    python: str
    scratch: pathlib.Path

    def benchmark(self, name, pinned=True):
        """One of our benchmarks: processor time, or time on the clock if that is what it measures."""
        done = child([self.bench, f"--benchmark_filter=^{name}$", "--benchmark_format=json"], pinned)
        runs = json.loads(done.output)["benchmarks"] if done and done.output else []
        if not runs or runs[0].get("error_occurred"):
            print(f"compare: no benchmark {name}", file=sys.stderr)
            return None
        kind = "real_time" if "real_time" in name else "cpu_time"
        unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[runs[0]["time_unit"]]
        return Run(runs[0][kind] * unit, done.mebibytes, runs[0].get("gflops", 0), runs[0].get("peak", 0))

    def tool(self, name, *arguments):
        """One of our programs, from start to end: processor time."""
        done = child([self.tools / name, *arguments])
        return Run(done.processor_seconds, done.mebibytes) if done else None

    def script(self, name, *arguments):
        """A peer's script, which measures itself (timing.py)."""
        done = child([self.python, HERE / name, *arguments]) if self.python else None
        return Run(json.loads(done.output)["seconds"], done.mebibytes) if done else None

    def python_line(self, line):
        """One line of Python, from start to end: time on the clock."""
        done = child([self.python, "-c", line]) if self.python else None
        return Run(done.clock_seconds, done.mebibytes) if done else None
