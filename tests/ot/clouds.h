// Families of cloud pairs that an assignment meets, and those that break careless solvers.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/random.h"

namespace fm {

struct CloudPair {
  std::string family;
  Points x, y;
};

/// Points (D, n) whose coordinates make(draws, n) gives one by one.
template <class Make>
Points made_cloud(Index dim, Index count, std::uint64_t seed, const Make& make) {
  Points x(dim, count);
  for (Index n = 0; n < count; ++n) {
    Draws draws(seed, Purpose::test, static_cast<std::uint64_t>(n));
    for (Index d = 0; d < dim; ++d) x(d, n) = make(draws, n);
  }
  return x;
}

inline std::vector<CloudPair> cloud_families(Index dim, Index count, std::uint64_t seed) {
  std::vector<CloudPair> pairs;
  const auto add = [&](const char* family, const auto& make_x, const auto& make_y) {
    pairs.push_back(
        {family, made_cloud(dim, count, 2 * seed, make_x), made_cloud(dim, count, 2 * seed + 1, make_y)});
  };
  const auto same = [&](const char* family, const auto& make) { add(family, make, make); };
  const auto normal = [](Draws& draws, Index) { return draws.normal(); };
  same("uniform", [](Draws& draws, Index) { return draws.uniform(); });
  same("normal", normal);
  add("shifted", normal, [](Draws& draws, Index) { return 1e6 + draws.normal(); });
  add("scaled", normal, [](Draws& draws, Index) { return 5 * draws.normal(); });
  same("grid with ties", [](Draws& draws, Index) { return static_cast<double>(draws.below(4)); });
  same("two places", [](Draws&, Index n) { return static_cast<double>(n % 2); });
  add(
      "one place", [](Draws&, Index) { return 3.0; }, [](Draws&, Index) { return -2.5; });
  same("far clusters",
       [](Draws& draws, Index n) { return 1e5 * static_cast<double>(n % 3) + draws.normal(); });
  add(
      "unequal clusters", [](Draws& draws, Index n) { return (n % 3 == 0 ? 1e4 : 0.0) + draws.normal(); },
      [](Draws& draws, Index n) { return (n % 5 == 0 ? 1e4 : 0.0) + draws.normal(); });
  add(
      "one outlier", [](Draws& draws, Index n) { return n == 0 ? 1e8 : draws.normal(); }, normal);
  same("heavy tails", [](Draws& draws, Index) { return std::tan(3.1 * (draws.uniform() - 0.5)); });
  same("tiny", [](Draws& draws, Index) { return 1e-120 * draws.normal(); });
  pairs.push_back(pairs[1]);
  pairs.back().family = "equal clouds";
  pairs.back().y = pairs.back().x.rowwise().reverse();
  return pairs;
}

}  // namespace fm
