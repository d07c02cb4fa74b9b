"""Numbers that tests/metrics/two_sample_reference_test.cpp compares with, from numpy and scipy by definition.

    python3 -m venv venv && venv/bin/pip install numpy scipy && venv/bin/python two_sample_reference.py
"""
import numpy as np
from scipy.spatial.distance import cdist, pdist
from scipy.stats import hypergeom, ks_2samp, wasserstein_distance

from reference_clouds import cloud

x, y = cloud(3, 40, 7), cloud(3, 40, 8, 1.2, 0.1)
pooled = np.vstack([x, y])
labels = np.r_[np.ones(40), np.zeros(40)]

median = np.sort(pdist(pooled))[len(pdist(pooled)) // 2]
print(f"median distance: {median:.17g}")
kernels = {"gaussian": lambda r, h: np.exp(-r**2 / (2 * h**2)), "laplace": lambda r, h: np.exp(-r / h),
           "imq": lambda r, h: 1 / np.sqrt(1 + r**2 / h**2)}
for name, k in kernels.items():
    for h in (0.5, median):
        mmd = k(pdist(x), h).mean() + k(pdist(y), h).mean() - 2 * k(cdist(x, y), h).mean()
        print(f"mmd {name}, bandwidth {h:.4g}: {mmd:.17g}")


def radii(z, k):
    return np.sort(cdist(z, z), axis=1)[:, k]  # column 0 is the point itself


for k in (3, 5):
    inside = cdist(x, y) <= radii(y, k)[None, :]
    inside_samples = cdist(y, x) <= radii(x, k)[None, :]
    print(f"k {k}: precision {inside.any(axis=1).mean():.17g}, recall {inside_samples.any(axis=1).mean():.17g}, "
          f"density {inside.sum() / (k * len(x)):.17g}, coverage {inside.any(axis=0).mean():.17g}")

distances = cdist(pooled, pooled)
np.fill_diagonal(distances, np.inf)
votes = labels[np.argsort(distances, axis=1)[:, :5]].sum(axis=1)
print(f"5 neighbours: {((votes > 2.5) == (labels == 1)).mean():.17g}")

correct = 0
for fold in range(5):
    test = np.arange(80) % 5 == fold
    design = np.c_[pooled, np.ones(80)]
    beta = np.linalg.lstsq(design[~test], 2 * labels[~test] - 1, rcond=None)[0]
    correct += ((design[test] @ beta > 0) == (labels[test] == 1)).sum()
print(f"linear, 5 folds: {correct / 80:.17g}")

print(f"20 of 32 correct, 14 said to be samples: {hypergeom.sf((20 - 16 + 14) // 2 - 1, 32, 16, 14):.17g}")
z = cloud(3, 25, 8, 1.2, 0.1)
for d in range(3):
    test = ks_2samp(x[:, d], z[:, d], method="exact")
    print(f"column {d}: W1 {wasserstein_distance(x[:, d], z[:, d]):.17g}, KS {test.statistic:.17g}, p {test.pvalue:.17g}")
