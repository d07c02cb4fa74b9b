#include "model/blended_product.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/instruction_set.h"
#include "core/random.h"

using namespace fm;

TEST_CASE("blended product: it is that of the matrices and every instruction set gives the same bits") {
  constexpr Index count = 7, same = 5;  // some together, some alone, the last between b and a
  for (const Index n : {1, 2, 3, 7, 8, 9, 31, 50, 64, 101}) {
    CAPTURE(n);
    Points a(n, n), b(n, n), x(n, count), y(n, count);
    fill_normal({1, Purpose::test}, 0, a);
    fill_normal({2, Purpose::test}, 0, b);
    fill_normal({3, Purpose::test}, 0, x);
    fill_normal({4, Purpose::test}, 0, y);
    const Vector w = Vector::LinSpaced(count, 0.1, 0.9);
    Points expected = y;
    const auto first = [&](Index k) -> const Points& { return k < same ? a : b; };
    const auto second = [&](Index k) -> const Points& { return k < same ? b : a; };
    for (Index k = 0; k < count; ++k)
      expected.col(k) += (w(k) * first(k) + (1 - w(k)) * second(k)) * x.col(k);
    const auto results = [&](const BlendedProduct product, Index at_once) {
      Points result = y;
      std::vector<BlendedPoint> points;
      for (Index k = 0; k < count; ++k)
        points.push_back(
            {first(k).data(), second(k).data(), w(k), 1 - w(k), x.col(k).data(), result.col(k).data()});
      for (Index k = 0; k < count; k += at_once)
        product(n, std::min(at_once, count - k), &points[static_cast<std::size_t>(k)]);
      return result;
    };
    const Points alone = results(blended_product_portable, 1);
    CHECK((alone - expected).cwiseAbs().maxCoeff() <= 1e-14 * static_cast<double>(n));
    for (const InstructionSet set : available_instruction_sets()) {
      const Points together = results(
          compiled_for(set, blended_product_portable, blended_product_avx2, blended_product_avx512), count);
      CHECK(std::memcmp(together.data(), alone.data(),
                        static_cast<std::size_t>(n * count) * sizeof(double)) == 0);
    }
  }
}
