namespace {
constexpr int vector_bytes = 32;
}
#include "model/blended_product_lanes.h"

namespace fm {

const BlendedProduct blended_product_avx2 = product;

}  // namespace fm
