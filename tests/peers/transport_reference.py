"""Numbers that tests/ot and tests/metrics compare with, from scipy and POT.

    python3 -m venv venv && venv/bin/pip install numpy scipy pot && venv/bin/python transport_reference.py
"""
import numpy as np
import ot
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist, pdist
from scipy.stats import wasserstein_distance

from reference_clouds import cloud


def assignment(x, y):
    costs = cdist(x, y, "sqeuclidean")
    rows, columns = linear_sum_assignment(costs)
    return costs[rows, columns].sum(), (rows * columns).sum()


for dim in (1, 2, 10):
    cost, checksum = assignment(cloud(dim, 200, 1), cloud(dim, 200, 2, 1.5, 0.25))
    print(f"assignment 200 points, {dim}-D: cost {cost:.17g}, sum of i * to_i {checksum}")
grid = [np.floor(8 * cloud(2, 200, state)) for state in (3, 4)]
print(f"assignment 200 points on an 8 x 8 grid: cost {assignment(*grid)[0]:.17g}")

u, v = cloud(1, 30, 5)[:, 0], cloud(1, 50, 6, 2.0)[:, 0]
print(f"1-D, 30 and 50 points: W1 {wasserstein_distance(u, v):.17g}, W2^2 {ot.wasserstein_1d(u, v, p=2):.17g}, "
      f"W3^3 {ot.wasserstein_1d(u, v, p=3):.17g}")

x, y = cloud(3, 40, 7), cloud(3, 40, 8, 1.2, 0.1)
z = cloud(3, 25, 9, 0.9, 0.2)
print(f"W2, 40 and 40 points: {np.sqrt(ot.emd2([], [], ot.dist(x, y))):.17g}")
for name, other in (("40 and 40", y), ("40 and 25", z)):
    energy = 2 * cdist(x, other).mean() - pdist(x).mean() - pdist(other).mean()
    print(f"energy, {name} points: {energy:.17g}")
    directions = cloud(3, 20, 10, 2.0, -1.0).T
    directions /= np.linalg.norm(directions, axis=0)
    print(f"sliced W2, {name} points: {ot.sliced_wasserstein_distance(x, other, projections=directions):.17g}")

for name, other in (("40 and 40", y), ("40 and 25", z)):
    costs, a, b = ot.dist(x, other), ot.unif(len(x)), ot.unif(len(other))
    reg, penalty = 0.05 * costs.mean(), 0.3 * costs.mean()
    plan = ot.sinkhorn(a, b, costs, reg, method="sinkhorn_log", stopThr=1e-15, numItermax=100000)
    print(f"sinkhorn, {name} points: cost {(plan * costs).sum():.17g}, sum of squares {(plan**2).sum():.17g}")
    plan = ot.unbalanced.sinkhorn_unbalanced(a, b, costs, reg, penalty, reg_type="kl", stopThr=1e-15,
                                             numItermax=100000)
    print(f"unbalanced, {name} points: cost {(plan * costs).sum():.17g}, mass {plan.sum():.17g}, "
          f"sum of squares {(plan**2).sum():.17g}")
for share in (0.25, 0.6, 0.95):
    plan = ot.partial.partial_wasserstein(ot.unif(40), ot.unif(40), ot.dist(x, y), m=share)
    print(f"partial, share {share} of 40 and 40 points: cost {(plan * ot.dist(x, y)).sum():.17g}")

masses = [cloud(1, len(points), state)[:, 0] + 0.1 for points, state in ((x, 11), (z, 12))]
masses = [a / a.sum() for a in masses]
for metric, power in (("euclidean", 1), ("sqeuclidean", 2)):
    weighted = ot.emd2(*masses, ot.dist(x, z, metric))
    equal = ot.emd2([], [], ot.dist(x, z, metric))
    print(f"W{power}^{power}, 40 and 25 points: equal masses {equal:.17g}, masses {weighted:.17g}")
for reg in (0.05, 0.5):
    def entropic(x, y, a, b):
        costs = ot.dist(x, y)
        plan = ot.sinkhorn(a, b, costs, reg, method="sinkhorn_log", stopThr=1e-15, numItermax=100000)
        return (plan * costs).sum() + reg * (plan * np.log(plan / np.outer(a, b))).sum()
    a, b = masses
    divergence = entropic(x, z, a, b) - (entropic(x, x, a, a) + entropic(z, z, b, b)) / 2
    print(f"sinkhorn divergence, 40 and 25 points, masses, reg {reg}: {divergence:.17g}")
