"""Our programs beside their peers, in one run: rounds of ours and theirs alternate, since neighbours on a shared
machine can halve any figure for minutes; each cell is the median of its rounds, the ratio the median of the rounds'
ratios. A peer that is missing leaves its cells empty. Standard library only.

    python compare.py --build build --python build/peers/bin/python --rows step-64,w2-2
"""

import argparse
import collections
import datetime
import os
import pathlib
import platform
import re
import statistics
import sys
import tempfile

import measure
import rows

HEAD = """| work | ours | MiB | peer | takes | MiB | ours / peer | bar | |
|---|---|---|---|---|---|---|---|---|"""


def time_text(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} us"


def ratio_text(ratio):
    def number(value):
        return f"{value:.3g}" if value < 1000 else f"{value:.0f}"

    return f"1/{number(1 / ratio)}" if ratio < 1 else number(ratio)


def ratio_cell(ratios):
    """The median, with the range of the rounds in brackets."""
    if not ratios:
        return None
    cell = ratio_text(statistics.median(ratios))
    return cell + f" ({ratio_text(min(ratios))} to {ratio_text(max(ratios))})" if len(ratios) > 1 else cell


def median_of(runs, what):
    """The median of a number of the runs that there were; None if there were none."""
    values = [what(run) for run in runs if run]
    return statistics.median(values) if values else None


def cells(values):
    return "| " + " | ".join("" if value is None else str(value) for value in values) + " |"


def verdict(met):
    return "met" if met else "missed"


def seconds_cell(runs):
    median = median_of(runs, lambda run: run.seconds)
    return None if median is None else time_text(median)


def memory_cell(runs):
    median = median_of(runs, lambda run: run.mebibytes)
    return None if median is None else f"{median:.0f}"


def peer_line(row, peer, own_runs, peer_runs):
    pairs = [(own.seconds, other.seconds) for own, other in zip(own_runs, peer_runs) if own and other]
    ratios = [own / other for own, other in pairs]
    met = None
    if pairs and peer.beyond:
        met = verdict(statistics.median(own - other for own, other in pairs) <= peer.beyond)
    elif pairs and peer.ratio:
        met = verdict(statistics.median(ratios) <= peer.ratio)
    return cells([row.name, seconds_cell(own_runs), memory_cell(own_runs), peer.name, seconds_cell(peer_runs),
                  memory_cell(peer_runs), ratio_cell(ratios), peer.bar, met])


def peak_line(row, own_runs):
    """How near to the multiply-add peak ours comes: the peer is a program that does nothing else."""
    share = median_of(own_runs, lambda run: run.gflops / run.peak_gflops)
    if share is None:
        return []
    peak = median_of(own_runs, lambda run: run.peak_gflops)
    at_peak = median_of(own_runs, lambda run: run.seconds * run.gflops / run.peak_gflops)
    bar, met = (f">= {row.peak_share} of it", verdict(share >= row.peak_share)) if row.peak_share else (None, None)
    return [cells([row.name, seconds_cell(own_runs), memory_cell(own_runs), f"the peak, {peak:.0f} GF/s",
                   time_text(at_peak), None, f"{share:.2f} of it", bar, met])]


def memory_line(row, own_runs):
    most = median_of(own_runs, lambda run: run.mebibytes)
    if not row.mebibytes or most is None:
        return []
    return [cells([row.name + ": memory", None, f"{most:.0f}", None, None, None, None, f"<= {row.mebibytes} MiB",
                   verdict(most <= row.mebibytes)])]


def row_lines(row, programs, rounds):
    """The lines of one row: its peers, the peak, its memory."""
    own_runs, peer_runs = [], collections.defaultdict(list)
    for _ in range(row.rounds or rounds):
        own_runs.append(row.ours(programs))
        for peer in row.peers:
            peer_runs[peer.name].append(peer.run(programs))
    lines = [peer_line(row, peer, own_runs, peer_runs[peer.name]) for peer in row.peers]
    has_peak = any(run and run.peak_gflops for run in own_runs) and row.key.startswith("step")
    return lines + (peak_line(row, own_runs) if has_peak else []) + memory_line(row, own_runs)


def scaling_table(title, head, entries):
    """One section: entries are (name, Run or None, more cells of the run)."""
    lines = [f"### {title}", "", cells(head), "|" + "---|" * len(head)]
    for name, run, more in entries:
        lines.append(cells([name, time_text(run.seconds), f"{run.mebibytes:.0f}", *more(run)] if run else [name]))
    return lines + [""]


def scaling_sections(programs):
    """How times grow."""
    nothing = lambda run: []  # noqa: E731
    peak = lambda run: [f"{run.gflops:.0f}", f"{run.gflops / run.peak_gflops:.2f}"]  # noqa: E731
    distances = [(f"{dim}-D, {count}", f"w2_normal/d{dim}/{count}")
                 for dim, count in ((2, 1000), (2, 10000), (2, 100000), (10, 1000), (10, 10000))]
    lines = scaling_table("Exact W2, normal against shifted normal", ["points", "time", "MiB"],
                          [(name, programs.benchmark(key), nothing) for name, key in distances])
    lines += scaling_table("fm-sample, 3 x 64, dopri5 1e-4", ["points", "time", "MiB"],
                           [(count, rows.sample(programs, "dopri5:rtol=1e-4,atol=1e-4", count), nothing)
                            for count in (1000, 10_000, 100_000, 1_000_000)])
    lines += scaling_table("Training step against width, d=2, three layers, batch 256",
                           ["width", "time", "MiB", "GF/s", "of the peak"],
                           [(width, programs.benchmark(f"width_step/{width}/process_time"), peak)
                            for width in (32, 64, 128, 256, 512, 1024)])
    return lines + thread_section(programs)


def thread_section(programs):
    """Speed-up by a second thread, on the clock; three rounds, one thread and two in turn."""
    lines = ["### Training step by two threads, on the clock", "", "| step | 1 thread | 2 threads | speed-up |",
             "|---|---|---|---|"]
    for name in ("d2_3x64_b256", "d2_4x512_b4096"):
        pairs = [[programs.benchmark(f"threaded_step/{name}/{count}/process_time/real_time", pinned=False)
                  for count in (1, 2)] for _ in range(3)]
        pairs = [(one.seconds, two.seconds) for one, two in pairs if one and two]
        if pairs:
            lines.append(cells([name, time_text(statistics.median(one for one, _ in pairs)),
                                time_text(statistics.median(two for _, two in pairs)),
                                f"{statistics.median(one / two for one, two in pairs):.2f}"]))
    return lines + [""]


def processor_name():
    info = pathlib.Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.*)$", info.read_text(), re.M) if info.exists() else None
    return found[1] if found else platform.processor()


def peer_versions(python):
    line = "import importlib.metadata as m\n" \
           "for p in 'torch jax POT torchcfm torchdiffeq pandas numpy'.split():\n" \
           " try: print(p, m.version(p))\n" \
           " except m.PackageNotFoundError: pass"
    done = measure.child([python, "-c", line]) if python else None
    return ", ".join(done.output.split("\n")).strip(", ") if done else "none"


def load():
    """Mean number of programs that ran or waited, over 1, 5 and 15 minutes."""
    return ", ".join(f"{value:.1f}" for value in os.getloadavg())


def heading(options, programs):
    context = measure.child([programs.bench, "--benchmark_filter=^activation/0$", "--benchmark_format=json"])
    found = re.search(r'"instruction_set": "(\w+)"', context.output) if context else None
    return f"""# Speed and memory, ours and theirs

Made by `make bench-peers` (tests/peers/compare.py) on {datetime.date.today()}: {processor_name()}, {os.cpu_count()} cores,
instruction set {found[1] if found else 'unknown'}, load of the machine at the start {load()}.
Peers: {peer_versions(options.python)}.

Everything runs on one thread, pinned to one core, ours and theirs in turn; medians, with their range in brackets, of
{options.rounds} rounds (tables 2, exact W2 and sampling 1). Times are processor time of all threads, which neighbours on the
machine disturb least; of starts, the clock. Memory is the most that the whole process had, with interpreter and data;
about 13 MiB are those of the script that starts it, below which nothing can be told. A training step is all of it: drawing
pairs and times, building points and velocities, forward, backward, Adam. The peak is that of independent multiply-adds of
this instruction set, measured in the same process, for 6 x weights x batch operations. fm-sample's times hold start, reading
the model and writing a million rows of text; torchdiffeq's the integration alone, in one batch. A part of the table:
`sh tests/peers/run.sh build --rows step-64,w2-2`.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path, help="folder with tests/fm_bench and bin/")
    parser.add_argument("--python", help="interpreter that has the peers; none: their cells stay empty")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", default="", help="only these, by comma: " + ",".join(row.key for row in rows.ROWS))
    parser.add_argument("--scaling", action="store_true", help="add how times grow with size and threads")
    options = parser.parse_args()
    wanted = [key for key in options.rows.split(",") if key]
    unknown = set(wanted) - {row.key for row in rows.ROWS}
    if unknown:
        parser.error("no such row: " + ", ".join(sorted(unknown)))
    with tempfile.TemporaryDirectory() as scratch:
        programs = measure.Programs(options.build / "tests" / "fm_bench", options.build / "bin", options.python,
                                    pathlib.Path(scratch))
        print(heading(options, programs))
        print(HEAD, flush=True)
        for row in rows.ROWS:
            if not wanted or row.key in wanted:
                print("\n".join(row_lines(row, programs, options.rounds)), flush=True)
                print(f"compare: {row.name}: done", file=sys.stderr)
        if options.scaling:
            print("\n## How times grow\n")
            print("\n".join(scaling_sections(programs)).rstrip())
        print(f"\nLoad of the machine at the end: {load()}. Above the number of cores, times on the clock (starts, threads) "
              "say little.")


if __name__ == "__main__":
    main()
