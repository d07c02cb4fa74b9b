"""Numbers that tests/tools/mixture_test.cpp compares with, from scikit-learn's GaussianMixture, in data units.

    python3 -m venv venv && venv/bin/pip install numpy scikit-learn && venv/bin/python mixture_reference.py
"""
import pathlib

import numpy as np
from sklearn.mixture import GaussianMixture

data = pathlib.Path(__file__).parents[2] / "data"
for name in ("faithful", "quakes"):
    rows = np.loadtxt(data / f"{name}.csv", delimiter=",", skiprows=1)
    scale = rows.std(0)
    standard = (rows - rows.mean(0)) / scale
    log_volume = len(rows) * np.log(scale).sum()
    for components in (1, 2, 3):
        fit = GaussianMixture(components, tol=1e-10, max_iter=10000, n_init=20, random_state=0,
                              init_params="k-means++").fit(standard)
        print(f"{name}, {components} components: log-likelihood {len(rows) * fit.score(standard) - log_volume:.10g}, "
              f"BIC {fit.bic(standard) + 2 * log_volume:.10g}, largest weight {fit.weights_.max():.6g}")
