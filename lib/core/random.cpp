#include "core/random.h"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace fm {

Draws::Draws(std::uint64_t seed, Purpose purpose, std::uint64_t row)
    : key_{seed, static_cast<std::uint64_t>(purpose)}, row_(row) {}

void Draws::refill() {
  const r123::Philox4x64::ctr_type counter = {{row_, block_++, 0, 0}};
  const r123::Philox4x64::key_type key = {{key_[0], key_[1]}};
  const auto words = r123::Philox4x64{}(counter, key);
  for (int k = 0; k < 4; ++k) words_[k] = words[k];
  next_ = 0;
}

std::uint64_t Draws::bits() {
  if (next_ == 4) refill();
  return words_[next_++];
}

double Draws::uniform() {
  // 52 random bits and a half: (k + 1/2) 2^-52 is exact in a double.
  return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52;
}

double Draws::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

std::uint64_t Draws::below(std::uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(bits()) * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t threshold = -n % n;
    while (static_cast<std::uint64_t>(product) < threshold) product = static_cast<Wide>(bits()) * n;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

void fill_normal(const Random& random, std::uint64_t first_row, PointsOut x) {
  for (Index n = 0; n < x.cols(); ++n) {
    Draws draws = random.row(first_row + static_cast<std::uint64_t>(n));
    for (Index d = 0; d < x.rows(); ++d) x(d, n) = draws.normal();
  }
}

std::vector<Index> random_permutation(Draws draws, Index n) {
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  for (Index k = n - 1; k > 0; --k) {
    const auto other = static_cast<std::size_t>(draws.below(static_cast<std::uint64_t>(k) + 1));
    std::swap(order[static_cast<std::size_t>(k)], order[other]);
  }
  return order;
}

}  // namespace fm
