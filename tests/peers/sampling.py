"""A million points through a learned field of shape 3 x 64 by torchdiffeq, in one batch: the peer of fm-sample. The
field is trained by training_step.py on rows of a CSV file. Prints one JSON object (timing.py): time of integration.

    python sampling.py --data modes.csv --solver euler
"""

import argparse

import numpy as np
import timing
import torch
import torchdiffeq
import training_step


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--solver", choices=["euler", "dopri5"], default="euler")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--train-steps", type=int, default=2000)
    options = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(0)
    data = torch.tensor(np.loadtxt(options.data, delimiter=",", skiprows=1), dtype=torch.float32)
    net = training_step.network(data.shape[1], 3, 64)
    step = training_step.make_step(net, (data - data.mean(0)) / data.std(0), 256, training_step.independent_path)
    for _ in range(options.train_steps):
        step()
    choice = {"method": "euler", "options": {"step_size": 0.01}} if options.solver == "euler" else \
             {"method": "dopri5", "rtol": 1e-4, "atol": 1e-4}
    x0 = torch.randn(options.count, data.shape[1])

    def velocity(t, x):
        return net(torch.cat([x, t.expand(len(x), 1)], dim=1))

    def integrate():
        with torch.no_grad():
            torchdiffeq.odeint(velocity, x0, torch.tensor([0.0, 1.0]), **choice)

    timing.report([timing.seconds_of(integrate)])


if __name__ == "__main__":
    main()
