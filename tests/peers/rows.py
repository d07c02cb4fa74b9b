"""What is compared: each row is a piece of work, how we do it, and the peers that do the same."""

import dataclasses
from typing import Callable


@dataclasses.dataclass
class Peer:
    name: str
    run: Callable  # of Programs, to a Run or None
    bar: str = ""
    ratio: float = 0  # ours / peer is to be at most this; 0: no bar
    beyond: float = 0  # or: ours - peer is to be at most so many seconds


@dataclasses.dataclass
class Row:
    key: str
    name: str
    ours: Callable
    peers: list
    peak_share: float = 0  # of the multiply-add peak that is to be reached; 0: no bar
    mebibytes: float = 0  # that ours may have in memory; 0: no bar
    rounds: int = 0  # 0: as many as asked for


def within(name, run, times):
    """A peer of which ours is to take at most one part in `times`."""
    return Peer(name, run, f"<= 1/{times}", 1 / times)


def training_row(key, dim, depth, width, batch, peak_share=0.0, eager=0.0, jit=0.0):
    shape = [f"--dim={dim}", f"--depth={depth}", f"--width={width}", f"--batch={batch}"]
    peers = [("PyTorch eager", "training_step.py", eager), ("JAX jit", "training_step_jax.py", jit)]

    def peer(name, script, times):
        run = lambda programs: programs.script(script, *shape)  # noqa: E731
        return within(name, run, times) if times else Peer(name, run)

    return Row(key, f"training step, d={dim}, {depth} x {width}, batch {batch}",
               lambda programs: programs.benchmark(f"training_step/d{dim}_{depth}x{width}_b{batch}/process_time"),
               [peer(*each) for each in peers], peak_share)


def bf16_row(key, dim, depth, width, batch, times):
    """A step in bf16, where the processor has such products, beside our own in float."""
    size = f"d{dim}_{depth}x{width}_b{batch}/process_time"
    shape = [f"--dim={dim}", f"--depth={depth}", f"--width={width}", f"--batch={batch}"]
    return Row(key, f"training step in bf16, d={dim}, {depth} x {width}, batch {batch}",
               lambda programs: programs.benchmark(f"bf16_step/{size}"),
               [within("ours in float", lambda programs: programs.benchmark(f"training_step/{size}"), times),
                Peer("PyTorch eager, autocast", lambda programs: programs.script("training_step.py", "--bf16", *shape))])


def coupled_row(batch, times):
    return Row(f"ot-cfm-{batch}", f"OT-CFM step, 3 x 64, batch {batch}",
               lambda programs: programs.benchmark(f"ot_training_step/b{batch}/process_time"),
               [within("TorchCFM", lambda programs: programs.script("training_step.py", "--coupling=exact",
                                                                    f"--batch={batch}"), times)])


def distance_row(key, name, benchmark, arguments, times, mebibytes=0.0):
    return Row(key, f"exact W2, 10k x 10k, {name}", lambda programs: programs.benchmark(benchmark),
               [within("POT emd2", lambda programs: programs.script("exact_w2.py", *arguments), times)],
               mebibytes=mebibytes, rounds=1)


def modes(programs):
    """Ten thousand rows of eight normal modes, as a file."""
    path = programs.scratch / "modes.csv"
    if not path.exists():
        programs.tool("fm-data", "8gaussians", "-n", "10k", "-o", path)
    return path


def model(programs):
    """What fm-train learns of them in as many steps as the peer takes, by the same network and pairs."""
    path = programs.scratch / "modes.safetensors"
    if not path.exists():
        programs.tool("fm-train", modes(programs), "-o", path, "--hidden", "64,64,64", "--coupling", "independent",
                      "--pool", "0", "--steps", "2000", "-j", "1")
    return path


def sample(programs, solver, count):
    return programs.tool("fm-sample", "-m", model(programs), "-n", count, "--solver", solver, "-j", "1", "-o", "/dev/null")


def sampling_row(solver, full_name, times):
    return Row(f"sample-{solver}", f"1M points, 3 x 64, {full_name}",
               lambda programs: sample(programs, {"euler": "euler:steps=100", "dopri5": "dopri5:rtol=1e-4,atol=1e-4"}
                                       [solver], 1_000_000),
               [within("torchdiffeq", lambda programs: programs.script("sampling.py", f"--solver={solver}",
                                                                       "--data", modes(programs)), times)],
               mebibytes=64, rounds=1)


def pandas(work):
    return lambda programs: programs.script("csv_table.py", work)


ROWS = [
    training_row("step-64", 2, 3, 64, 256, eager=5, jit=1.8),
    training_row("step-256", 2, 3, 256, 256, peak_share=0.75),
    training_row("step-256-wide", 50, 4, 256, 1024, peak_share=0.8),
    training_row("step-512-wide", 2, 4, 512, 4096, peak_share=0.8),
    bf16_row("bf16-256-wide", 50, 4, 256, 1024, 1.7), bf16_row("bf16-512-wide", 2, 4, 512, 4096, 1.7),
    coupled_row(256, 16), coupled_row(512, 20), coupled_row(1024, 22),
    distance_row("w2-2", "2-D", "w2_normal/d2/10000", ["--dim=2"], 35, 64),
    distance_row("w2-10", "10-D", "w2_normal/d10/10000", ["--dim=10"], 40, 64),
    distance_row("w2-grid", "integer grid", "w2_grid/10000", ["--clouds=grid"], 8),
    distance_row("w2-clusters", "8 clusters to 5", "w2_clusters/10000", ["--clouds=clusters"], 8),
    sampling_row("euler", "Euler 100", 4), sampling_row("dopri5", "dopri5 1e-4", 4),
    Row("csv-read", "read a CSV of 1M x 10", lambda programs: programs.benchmark("csv_read/process_time"),
        [within("pandas", pandas("read"), 2.5), Peer("pandas, round_trip", pandas("read-exactly"))], rounds=2),
    Row("csv-write", "write a CSV of 1M x 10", lambda programs: programs.benchmark("csv_write/process_time"),
        [within("pandas", pandas("write"), 15)], rounds=2),
    Row("start", "start of fm-sample (`--version`)", lambda programs: programs.benchmark("start/fm_sample/real_time"),
        [Peer("/bin/true", lambda programs: programs.benchmark("start/nothing/real_time"), "<= 5 ms more", beyond=5e-3),
         Peer("import torch", lambda programs: programs.python_line("import torch"))]),
]
