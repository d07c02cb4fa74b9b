"""One training step of plain flow matching in PyTorch, eager, on one thread: the peer of our training_step benchmark.

A step is all of it: draw x0, x1 and t, build x_t = (1 - t) x0 + t x1 and u_t = x1 - x0, forward, backward, Adam.
The network is a plain MLP with SiLU whose input is x_t with t appended.
Prints one JSON object; median_us is the median over groups of steps of the time of one step, in microseconds.

    python training_step.py --dim 2 --depth 3 --width 64 --batch 256
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn


def network(dim, depth, width):
    sizes = [dim + 1] + [width] * depth
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.SiLU()]
    return nn.Sequential(*layers, nn.Linear(width, dim))


def step(net, optimizer, data, batch):
    x1 = data[torch.randint(len(data), (batch,))]
    x0 = torch.randn_like(x1)
    t = torch.rand(batch, 1)
    xt = (1 - t) * x0 + t * x1
    ut = x1 - x0
    loss = (net(torch.cat([xt, t], dim=1)) - ut).square().mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()


def group_times(options, net, optimizer, data):
    """Seconds a step of each group, groups of about 50 ms until the time is up."""
    for _ in range(50):
        step(net, optimizer, data, options.batch)
    start = time.perf_counter()
    step(net, optimizer, data, options.batch)
    steps = max(1, round(0.05 / (time.perf_counter() - start)))
    times = []
    end = time.perf_counter() + options.seconds
    while time.perf_counter() < end or not times:
        start = time.perf_counter()
        for _ in range(steps):
            step(net, optimizer, data, options.batch)
        times.append((time.perf_counter() - start) / steps)
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dim", type=int, default=2)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=2.0, help="of measuring, after the warm-up")
    options = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(0)
    data = torch.randn(10_000, options.dim)
    net = network(options.dim, options.depth, options.width)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    times = group_times(options, net, optimizer, data)
    print(json.dumps({
        "peer": f"PyTorch {torch.__version__.split('+')[0]} eager",
        "median_us": statistics.median(times) * 1e6,
        "groups": len(times),
    }))


if __name__ == "__main__":
    main()
