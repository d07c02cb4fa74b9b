namespace {
constexpr int vector_bytes = 64;
constexpr int tile_vectors = 2;
}  // namespace
#include "model/blended_product_lanes.h"

namespace fm {

const BlendedProduct blended_product_avx512 = product;

}  // namespace fm
