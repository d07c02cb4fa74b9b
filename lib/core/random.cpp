#include "core/random.h"

#include <Random123/philox.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/box_muller.h"

namespace fm {

namespace {

using Key = std::array<std::uint64_t, 2>;
using Words = std::array<std::uint64_t, 4>;

Key key_of(std::uint64_t seed, Purpose purpose) {
  return {seed, static_cast<std::uint64_t>(purpose)};
}

/// The words 4 block, ..., 4 block + 3 of a row.
inline Words block_words(const Key& key, std::uint64_t row, std::uint64_t block) {
  const auto words = r123::Philox4x64{}({{row, block, 0, 0}}, {{key[0], key[1]}});
  return {words[0], words[1], words[2], words[3]};
}

}  // namespace

Draws::Draws(std::uint64_t seed, Purpose purpose, std::uint64_t row)
    : key_(key_of(seed, purpose)), row_(row) {}

void Draws::refill() {
  words_ = block_words(key_, row_, block_++);
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
  const std::uint64_t u[2] = {bits()}, v[2] = {bits()};
  double first[2], second[2];
  box_muller_portable(2, u, v, first, second);
  spare_ = second[0];
  has_spare_ = true;
  return first[0];
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
  constexpr Index room = 128;  // pairs of normals made at a time
  std::uint64_t u[room] = {}, v[room] = {};
  double first[room], second[room];
  const Key key = key_of(random.seed, random.purpose);
  const Index dim = x.rows(), row_blocks = (dim + 3) / 4;  // a block of four words makes two pairs
  const Index total = row_blocks * x.cols();
  for (Index done = 0, drawn_n = 0, drawn_block = 0, n = 0, d = 0; done < total; done += room / 2) {
    const Index count = std::min(room / 2, total - done);
    for (Index k = 0; k < count; ++k) {
      const Words words = block_words(key, first_row + static_cast<std::uint64_t>(drawn_n),
                                      static_cast<std::uint64_t>(drawn_block));
      u[2 * k] = words[0];
      v[2 * k] = words[1];
      u[2 * k + 1] = words[2];
      v[2 * k + 1] = words[3];
      if (++drawn_block == row_blocks) drawn_block = 0, ++drawn_n;
    }
    box_muller((2 * count + box_muller_pairs - 1) / box_muller_pairs * box_muller_pairs, u, v, first, second);
    for (Index k = 0; k < 2 * count; ++k) {
      if (d < dim) x(d, n) = first[k];
      if (d + 1 < dim) x(d + 1, n) = second[k];
      d += 2;
      if (k % 2 == 1 && d >= dim) d = 0, ++n;
    }
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
