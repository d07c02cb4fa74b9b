// Vectors of lanes in the compiler's own notation (GCC and clang vector extensions), for inner loops that are
// compiled once an instruction set. Included once by each file that is compiled for one of them, which has
// set `vector_bytes` before; in an unnamed namespace and free of other inline code, so that nothing compiled
// for one instruction set is linked into another.
#pragma once

namespace fm {
namespace {

template <class T>
struct LanesOf {
  static constexpr int count = vector_bytes / static_cast<int>(sizeof(T));
  typedef T type __attribute__((vector_size(vector_bytes)));
};
template <class T>
using Lanes = typename LanesOf<T>::type;
template <class T>
constexpr int lane_count = LanesOf<T>::count;

template <class T>
[[gnu::always_inline]] inline Lanes<T> load(const T* from) {
  Lanes<T> x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
}
template <class Vector, class T>
[[gnu::always_inline]] inline void store(T* to, Vector x) {
  __builtin_memcpy(to, &x, sizeof x);
}

}  // namespace
}  // namespace fm
