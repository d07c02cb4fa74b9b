#include "flow/coupling.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/numeric.h"
#include "core/parallel.h"
#include "core/text.h"

namespace fm {

std::vector<Index> couple(const Independent&, PointsIn x0, PointsIn, const Random&, std::uint64_t,
                          const ExtraRows&) {
  std::vector<Index> partner(static_cast<std::size_t>(x0.cols()));
  std::iota(partner.begin(), partner.end(), Index{0});
  return partner;
}

template <class Method>
std::vector<Index> couple(const InBlocks<Method>& coupling, PointsIn x0, PointsIn x1, const Random& random,
                          std::uint64_t first, const ExtraRows& extra) {
  std::vector<Index> partner(static_cast<std::size_t>(x0.cols()));
  parallel_chunks(x0.cols(), coupling.batch, [&](Index begin, Index end, Index) {
    const auto x = x0.middleCols(begin, end - begin), y = x1.middleCols(begin, end - begin);
    const std::vector<Index> block =
        draw_partners(transport_plan(static_cast<const Method&>(coupling), x, y, extra), x, y, random,
                      first + static_cast<std::uint64_t>(begin), extra);
    std::transform(block.begin(), block.end(), partner.begin() + begin, [&](Index to) { return begin + to; });
  });
  return partner;
}

namespace {

std::optional<SemidiscretePlan> find_map(const Coupling& coupling, const TargetRows& target,
                                         const Source& source, const ExtraRows& extra, const Random& random) {
  const auto* const options = std::get_if<Semidiscrete>(&coupling);
  if (!options) return {};
  const Random carried{random.seed, Purpose::plan_conditions};
  const PointsIn& points = target.points;
  const PointsIn& conditions = target.conditions;
  const Vector shares = target.weights.size() > 0 ? running_shares(target.weights) : Vector();
  const auto draw = [&](std::uint64_t first, PointsOut x) {
    draw_source(source, random, first, x.topRows(points.rows()));
    if (conditions.rows() == 0) return;
    for (Index n = 0; n < x.cols(); ++n) {
      Draws draws = carried.row(first + static_cast<std::uint64_t>(n));
      const Index row = shares.size() > 0
                            ? place_at(shares, draws.uniform())
                            : static_cast<Index>(draws.below(static_cast<std::uint64_t>(conditions.cols())));
      x.col(n).tail(conditions.rows()) = conditions.col(row);
    }
  };
  Points cells(points.rows() + conditions.rows(), points.cols());
  cells.topRows(points.rows()) = points;
  if (conditions.rows() > 0) cells.bottomRows(conditions.rows()) = conditions;
  SemidiscretePlan map(cells, draw, {.passes = options->passes}, target.weights, extra);
  if (map.share_error() > options->tolerance)
    throw numeric_error("semidiscrete-shares",
                        "the semidiscrete map did not converge: the shares of the rows are wrong by " +
                            rounded(100 * map.share_error()) + " % (root mean square), more than " +
                            rounded(100 * options->tolerance) + " %",
                        "raise passes (now " + shortest(options->passes) + ") or tolerance");
  return map;
}

}  // namespace

Coupler::Coupler(const Coupling& coupling, const TargetRows& target, const Source& source, std::uint64_t seed)
    : coupling_(coupling),
      points_(target.points),
      conditions_(target.conditions),
      extra_{target.conditions.rows(), target.classes, target.class_cost},
      random_{seed, Purpose::plan},
      map_(find_map(coupling, target, source, extra_, random_)) {}

Points Coupler::with_conditions(PointsIn x, const std::vector<Index>& rows) const {
  Points points(x.rows() + conditions_.rows(), x.cols());
  points.topRows(x.rows()) = x;
  if (conditions_.rows() > 0) points.bottomRows(conditions_.rows()) = conditions_(Eigen::all, rows);
  return points;
}

std::vector<Index> Coupler::rows(PointsIn x0, const std::vector<Index>& turn, std::uint64_t first) const {
  if (std::holds_alternative<Independent>(coupling_)) return turn;
  const Points from = with_conditions(x0, turn);
  if (map_) return map_->map(from);
  const Points to = with_conditions(points_(Eigen::all, turn), turn);
  std::vector<Index> rows = std::visit(
      [&]<class Member>(const Member& member) {
        if constexpr (std::is_same_v<Member, Semidiscrete>)
          return std::vector<Index>();  // has its map
        else
          return couple(member, from, to, random_, first, extra_);
      },
      coupling_);
  for (Index& row : rows) row = turn[static_cast<std::size_t>(row)];
  return rows;
}

Index Coupler::block() const {
  return std::visit(
      [](const auto& member) -> Index {
        if constexpr (requires { member.batch; })
          return member.batch;
        else
          return 1;
      },
      coupling_);
}

std::optional<double> Coupler::share_error() const {
  if (!map_) return {};
  return map_->share_error();
}

template std::vector<Index> couple(const Exact&, PointsIn, PointsIn, const Random&, std::uint64_t,
                                   const ExtraRows&);
template std::vector<Index> couple(const Sinkhorn&, PointsIn, PointsIn, const Random&, std::uint64_t,
                                   const ExtraRows&);
template std::vector<Index> couple(const Unbalanced&, PointsIn, PointsIn, const Random&, std::uint64_t,
                                   const ExtraRows&);
template std::vector<Index> couple(const Partial&, PointsIn, PointsIn, const Random&, std::uint64_t,
                                   const ExtraRows&);
template std::vector<Index> couple(const Greedy&, PointsIn, PointsIn, const Random&, std::uint64_t,
                                   const ExtraRows&);

}  // namespace fm
