"""Clouds that programs in several languages can make."""
import numpy as np


def cloud(dim, count, state, scale=1.0, shift=0.0):
    """Twin of tests/support/reference_clouds.h; points are rows here."""
    x = np.empty((count, dim))
    for n in range(count):
        for d in range(dim):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            x[n, d] = scale * ((state >> 11) * 2.0**-53) + shift
    return x
