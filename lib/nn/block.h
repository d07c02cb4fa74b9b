// A block of points as the network sees it: feature-major, one contiguous run of points a feature, so that a
// SIMD lane is a point. All kernels work on whole blocks of one fixed width; callers pad with zeros.
#pragma once

#include <algorithm>
#include <new>
#include <vector>

#include "core/types.h"
#include "nn/kernels.h"

namespace fm {

/// Memory on cache-line boundaries.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(std::size_t n) {
    return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{cache_line}));
  }
  void deallocate(T* p, std::size_t) { ::operator delete (p, std::align_val_t{cache_line}); }
  bool operator==(const AlignedAllocator&) const { return true; }
};
template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

/// (features, block_points) numbers, zero at first; row f starts at data() + f * block_stride.
template <class T>
class Block {
 public:
  explicit Block(Index features = 0)
      : features_(features), values_(static_cast<std::size_t>(features * block_stride)) {}

  Index features() const { return features_; }
  T* data() { return values_.data(); }
  const T* data() const { return values_.data(); }
  T* row(Index f) { return data() + f * block_stride; }
  const T* row(Index f) const { return data() + f * block_stride; }
  T& operator()(Index f, Index n) { return row(f)[n]; }
  T operator()(Index f, Index n) const { return row(f)[n]; }

 private:
  Index features_;
  AlignedVector<T> values_;
};

/// Rows first_row, first_row + 1, ... of `block` become the coordinates of `points` (D, N), N <=
/// block_points; columns N and up become 0.
template <class T>
void load_points(PointsIn points, Block<T>& block, Index first_row = 0) {
  for (Index d = 0; d < points.rows(); ++d) {
    T* row = block.row(first_row + d);
    for (Index n = 0; n < points.cols(); ++n) row[n] = static_cast<T>(points(d, n));
    std::fill(row + points.cols(), row + block_points, T{0});
  }
}

/// The reverse: `points` (D, N) from the first N columns of rows first_row, ... of `block`.
template <class T>
void store_points(const Block<T>& block, PointsOut points, Index first_row = 0) {
  for (Index d = 0; d < points.rows(); ++d)
    for (Index n = 0; n < points.cols(); ++n) points(d, n) = static_cast<double>(block(first_row + d, n));
}

}  // namespace fm
