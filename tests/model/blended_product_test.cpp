#include "model/blended_product.h"

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include "core/instruction_set.h"
#include "core/random.h"

using namespace fm;

TEST_CASE("blended product: it is that of the matrices and every instruction set gives the same bits") {
  for (const Index n : {1, 2, 3, 7, 8, 9, 31, 50, 64, 101}) {
    CAPTURE(n);
    Points a(n, n), b(n, n), x(n, 1), y(n, 1);
    fill_normal({1, Purpose::test}, 0, a);
    fill_normal({2, Purpose::test}, 0, b);
    fill_normal({3, Purpose::test}, 0, x);
    fill_normal({4, Purpose::test}, 0, y);
    const Points expected = y + (0.3 * a + 0.7 * b) * x;
    std::vector<Points> results;
    for (const InstructionSet set : available_instruction_sets()) {
      Points& result = results.emplace_back(y);
      compiled_for(set, blended_product_portable, blended_product_avx2, blended_product_avx512)(
          n, 0.3, a.data(), 0.7, b.data(), x.data(), result.data());
      CHECK((result - expected).cwiseAbs().maxCoeff() <= 1e-14 * static_cast<double>(n));
      CHECK(std::memcmp(result.data(), results[0].data(), static_cast<std::size_t>(n) * sizeof(double)) == 0);
    }
  }
}
