#include "model/blended_product.h"

#include "core/instruction_set.h"

namespace fm {

BlendedProduct blended_product() {
  return compiled_for(instruction_set(), blended_product_portable, blended_product_avx2,
                      blended_product_avx512);
}

}  // namespace fm
