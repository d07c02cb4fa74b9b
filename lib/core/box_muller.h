// Pairs of standard normals from pairs of random words, many at a time. Source: Box and Muller 1958, "A note
// on the generation of random normal deviates". Logarithm, sine and cosine are series of our own and nothing
// is contracted to fused multiply-adds, so that the numbers are the same to the bit on every processor and
// with every version of the C library.
#pragma once

#include <cstdint>

namespace fm {

/// Pairs in a vector of the widest instruction set.
constexpr std::int64_t box_muller_pairs = 8;

/// first[k] = r cos(a) and second[k] = r sin(a) with r = sqrt(-2 log u), a = 2 pi v for count pairs, count a
/// multiple of box_muller_pairs (of 2 for the portable one); u and v the numbers in the open interval (0, 1)
/// that the words stand for, see Draws::uniform. |r| <= 8.6. Each is within 1e-15 of its exact value,
/// relative to r.
using BoxMuller = void (*)(std::int64_t count, const std::uint64_t* u, const std::uint64_t* v, double* first,
                           double* second);

/// Of the instruction set in use.
void box_muller(std::int64_t count, const std::uint64_t* u, const std::uint64_t* v, double* first,
                double* second);

extern const BoxMuller box_muller_portable, box_muller_avx2, box_muller_avx512;

}  // namespace fm
