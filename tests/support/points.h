// Small helpers for tests of floors that move points.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"

namespace fm {

/// (D, N) standard normals.
inline Points normal_points(Index dim, Index count, std::uint64_t seed) {
  Points x(dim, count);
  fill_normal({seed, Purpose::test}, 0, x);
  return x;
}

/// Equal shape and equal bits.
inline bool same_bits(const Points& a, const Points& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())) == 0;
}

/// Sets the number of threads for a scope.
struct ThreadsFor {
  explicit ThreadsFor(int count) { set_threads(count); }
  ~ThreadsFor() { set_threads(1); }
};

/// The error that `call` throws, which must be one of ours; one with id "" if it throws none.
template <class Call>
Error error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::usage, "", ""};
}

}  // namespace fm
