// Vectors of lanes in the compiler's own notation (GCC and clang vector extensions), for inner loops whose
// results are the same to the bit for every instruction set. Included once by each file that is compiled for
// one instruction set, which has set `vector_bytes` before; in an unnamed namespace and free of other inline
// code, so that nothing compiled for one instruction set is linked into another.
#pragma once

#include <cstdint>

namespace fm {
namespace {

constexpr int lanes = vector_bytes / 8;
constexpr double infinity = __builtin_inf();

typedef double Reals __attribute__((vector_size(vector_bytes)));
typedef std::int64_t Integers __attribute__((vector_size(vector_bytes)));

[[gnu::always_inline]] inline Reals load(const double* from) {
  Reals x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
}
[[gnu::always_inline]] inline Integers load(const std::int64_t* from) {
  Integers x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
}
template <class Lanes, class T>
[[gnu::always_inline]] inline void store(T* to, Lanes x) {
  __builtin_memcpy(to, &x, sizeof x);
}

}  // namespace
}  // namespace fm
