"""One training step of plain flow matching in PyTorch, eager, on one thread: the peer of our training_step and
ot_training_step benchmarks.

A step is all of it: draw x0, x1 and t, build x_t = (1 - t) x0 + t x1 and u_t = x1 - x0, forward, backward, Adam.
With --bf16 the network runs under autocast in bfloat16. With --coupling exact TorchCFM's ExactOptimalTransportConditionalFlowMatcher pairs x0 with x1, draws t and builds x_t
and u_t. The network is a plain MLP with SiLU whose input is x_t with t appended. Prints one JSON object (timing.py).

    python training_step.py --dim 2 --depth 3 --width 64 --batch 256
"""

import timing
import torch
from torch import nn


def network(dim, depth, width):
    sizes = [dim + 1] + [width] * depth
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.SiLU()]
    return nn.Sequential(*layers, nn.Linear(width, dim))


def independent_path(x0, x1):
    """Times (N, 1), points and velocities of pairs as they are drawn."""
    t = torch.rand(len(x0), 1)
    return t, (1 - t) * x0 + t * x1, x1 - x0


def exact_path():
    """The same from TorchCFM, of pairs of least total cost."""
    from torchcfm.conditional_flow_matching import ExactOptimalTransportConditionalFlowMatcher
    matcher = ExactOptimalTransportConditionalFlowMatcher(sigma=0.0)

    def path(x0, x1):
        t, xt, ut = matcher.sample_location_and_conditional_flow(x0, x1)
        return t[:, None], xt, ut

    return path


def make_step(net, data, batch, path, bf16=False):
    """What trains `net` on `data` by one step."""
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)

    def step():
        x1 = data[torch.randint(len(data), (batch,))]
        t, xt, ut = path(torch.randn_like(x1), x1)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            u = net(torch.cat([xt, t], dim=1))
        loss = (u.float() - ut).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    return step


def main():
    parser = timing.step_options(__doc__)
    parser.add_argument("--coupling", choices=["independent", "exact"], default="independent")
    parser.add_argument("--bf16", action="store_true")
    options = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(0)
    path = exact_path() if options.coupling == "exact" else independent_path
    net = network(options.dim, options.depth, options.width)
    step = make_step(net, torch.randn(10_000, options.dim), options.batch, path, options.bf16)
    timing.report(timing.step_seconds(step, options.seconds))


if __name__ == "__main__":
    main()
