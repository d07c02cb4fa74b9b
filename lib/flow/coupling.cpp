#include "flow/coupling.h"

#include <algorithm>
#include <numeric>

#include "core/parallel.h"
#include "ot/assignment.h"

namespace fm {

namespace {

std::vector<Index> permutation(const Independent&, PointsIn x0, PointsIn) {
  std::vector<Index> partner(static_cast<std::size_t>(x0.cols()));
  std::iota(partner.begin(), partner.end(), Index{0});
  return partner;
}

std::vector<Index> permutation(const Exact& member, PointsIn x0, PointsIn x1) {
  std::vector<Index> partner(static_cast<std::size_t>(x0.cols()));
  parallel_chunks(x0.cols(), member.batch, [&](Index begin, Index end, Index) {
    const std::vector<Index> block =
        assign(x0.middleCols(begin, end - begin), x1.middleCols(begin, end - begin));
    std::transform(block.begin(), block.end(), partner.begin() + begin, [&](Index to) { return begin + to; });
  });
  return partner;
}

}  // namespace

std::vector<Index> couple(const Coupling& coupling, PointsIn x0, PointsIn x1) {
  return std::visit([&](const auto& member) { return permutation(member, x0, x1); }, coupling);
}

}  // namespace fm
