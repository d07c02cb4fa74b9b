"""The training step of training_step.py in JAX: one jitted function from parameters, Adam's moments and key to the
next ones, their memory reused. Prints one JSON object (timing.py).

    python training_step_jax.py --dim 2 --depth 3 --width 64 --batch 256
"""

import functools
import os

import timing

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import jax  # noqa: E402: it reads the flags
import jax.numpy as jnp  # noqa: E402


def initial(dim, depth, width, key):
    sizes = [dim + 1] + [width] * depth + [dim]
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        key, own = jax.random.split(key)
        layers.append((jax.random.uniform(own, (inputs, outputs), minval=-1, maxval=1) / inputs**0.5,
                       jnp.zeros(outputs)))
    return layers


def velocity(layers, inputs):
    for weight, bias in layers[:-1]:
        inputs = jax.nn.silu(inputs @ weight + bias)
    weight, bias = layers[-1]
    return inputs @ weight + bias


def batch_loss(layers, data, batch, key):
    rows_key, source_key, time_key = jax.random.split(key, 3)
    x1 = data[jax.random.randint(rows_key, (batch,), 0, len(data))]
    x0 = jax.random.normal(source_key, x1.shape)
    t = jax.random.uniform(time_key, (batch, 1))
    predicted = velocity(layers, jnp.concatenate([(1 - t) * x0 + t * x1, t], axis=1))
    return jnp.mean((predicted - (x1 - x0)) ** 2)


@functools.partial(jax.jit, static_argnames="batch", donate_argnums=0)
def next_state(state, data, batch):
    """Adam: Kingma and Ba 2015, with the bias corrections in the rate."""
    layers, mean, square, count, key = state
    key, own = jax.random.split(key)
    gradient = jax.grad(batch_loss)(layers, data, batch, own)
    count = count + 1
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
    square = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, square, gradient)
    root = jnp.sqrt(1 - 0.999**count)
    rate = 1e-3 * root / (1 - 0.9**count)
    layers = jax.tree.map(lambda p, m, s: p - rate * m / (jnp.sqrt(s) + 1e-8 * root), layers, mean, square)
    return layers, mean, square, count, key


def main():
    options = timing.step_options(__doc__).parse_args()
    layers = initial(options.dim, options.depth, options.width, jax.random.key(0))
    zeros = [jax.tree.map(jnp.zeros_like, layers) for _ in range(2)]
    state = (layers, *zeros, jnp.float32(0), jax.random.key(1))
    data = jax.random.normal(jax.random.key(2), (10_000, options.dim))

    def step():
        nonlocal state
        state = next_state(state, data, options.batch)
        jax.block_until_ready(state[0])

    timing.report(timing.step_seconds(step, options.seconds))


if __name__ == "__main__":
    main()
