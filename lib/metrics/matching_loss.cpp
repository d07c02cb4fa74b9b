#include "metrics/matching_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"

namespace fm {

namespace {

constexpr Index chunk_points = 256;

constexpr Estimate infinite{std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN()};

/// Rows |u - u_t|^2, |v - u_t|^2, |u - v|^2 of `draws` points over [begin, end], (3, draws).
Points squares(const ExactPath& path, const VelocityField& field, double begin, double end, Index draws,
               std::uint64_t seed, std::uint64_t first_row) {
  const Index dim = path.dim();
  Points result(3, draws);
  parallel_chunks(draws, chunk_points, [&](Index first, Index last, Index) {
    const Index count = last - first;
    const auto [t, at] = draw_over_times(path, begin, end, draws, first, last, seed, first_row);
    Points u(dim, count), v(dim, count);
    field.evaluate(t, at.xt, u);
    path.field().evaluate(t, at.xt, v);
    result.row(0).segment(first, count) = (u - at.ut).colwise().squaredNorm();
    result.row(1).segment(first, count) = (v - at.ut).colwise().squaredNorm();
    result.row(2).segment(first, count) = (u - v).colwise().squaredNorm();
  });
  return result;
}

/// The mean over parts of equal length.
Estimate mean_of(const std::vector<MatchingLoss>& bins, Estimate MatchingLoss::*member) {
  double value = 0, variance = 0;
  for (const MatchingLoss& bin : bins) {
    value += (bin.*member).value;
    variance += std::pow((bin.*member).standard_error, 2);
  }
  const auto count = static_cast<double>(bins.size());
  return {value / count, std::sqrt(variance) / count};
}

}  // namespace

MatchingLosses matching_losses(const ExactPath& path, const VelocityField& field, double begin, double end,
                               Index bins, Index draws, std::uint64_t seed) {
  const double speed_end = scheduler_domain(path.scheduler()).end;
  const double last = std::min({end, speed_end, path.field().domain().end, field.domain().end});
  if (!(begin < last))
    throw numeric_error("time-domain", "the losses are known up to t = " + shortest(last) +
                                           " only, and not from " + shortest(begin) + " on");
  MatchingLosses result;
  for (Index b = 0; b < bins; ++b) {
    const auto edge = [&](Index k) {
      return k == bins ? last : begin + (last - begin) * static_cast<double>(k) / static_cast<double>(bins);
    };
    MatchingLoss& bin = result.bins.emplace_back();
    bin = {edge(b), edge(b + 1), draws, {}, {}, {}, {}, {}};
    const Points s =
        squares(path, field, bin.begin, bin.end, draws, seed, static_cast<std::uint64_t>(b * draws));
    bin.loss = mean_estimate(s.row(0).transpose());
    bin.floor = mean_estimate(s.row(1).transpose());
    bin.excess = mean_estimate((s.row(0) - s.row(1)).transpose());
    bin.distance = mean_estimate(s.row(2).transpose());
    bin.cross = mean_estimate((s.row(0) - s.row(1) - s.row(2)).transpose());
  }
  MatchingLoss& total = result.total;
  total = {begin, last, bins * draws, {}, {}, {}, {}, {}};
  for (const auto member : {&MatchingLoss::loss, &MatchingLoss::floor, &MatchingLoss::excess,
                            &MatchingLoss::distance, &MatchingLoss::cross})
    total.*member = mean_of(result.bins, member);
  const auto leave_finite = [&](MatchingLoss& part, double reaches) {
    if (speed_end == 1 || reaches < speed_end) return;
    if (!path.discrete()) part.floor = infinite;
    if (!path.discrete() || &field != &path.field()) part.loss = infinite;
  };
  for (MatchingLoss& bin : result.bins) leave_finite(bin, bin.end);
  leave_finite(total, end);
  return result;
}

}  // namespace fm
