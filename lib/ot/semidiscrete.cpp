#include "ot/semidiscrete.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/error.h"
#include "core/numeric.h"
#include "core/parallel.h"
#include "ot/assignment.h"

namespace fm {

namespace {

/// Most points of the exact problem at the bottom of the hierarchy: a fraction of a second.
constexpr Index start_points = 2048;
constexpr Index copied_points = 2048;  // of fewer cells, copies of them: many ties, which take it longer
constexpr Index level_factor = 4;      // of the numbers of cells of two levels: each costs a 16th of the next
constexpr Index batch_draws = 1024;    // of one step
constexpr Index chunk_draws = 64;      // of one thread at a time

/// The columns of y in groups of equal ones, groups by their first member.
std::vector<std::vector<Index>> equal_points(PointsIn y) {
  std::vector<Index> order(static_cast<std::size_t>(y.cols()));
  std::iota(order.begin(), order.end(), Index{0});
  const auto before = [&](Index a, Index b) {
    return std::lexicographical_compare(y.col(a).begin(), y.col(a).end(), y.col(b).begin(), y.col(b).end());
  };
  std::stable_sort(order.begin(), order.end(), before);
  std::vector<std::vector<Index>> groups;
  for (const Index j : order) {
    if (groups.empty() || before(groups.back().front(), j)) groups.emplace_back();
    groups.back().push_back(j);
  }
  std::sort(groups.begin(), groups.end());
  return groups;
}

Points first_members(PointsIn y, const std::vector<std::vector<Index>>& groups) {
  Points first(y.rows(), static_cast<Index>(groups.size()));
  for (Index c = 0; c < first.cols(); ++c) first.col(c) = y.col(groups[static_cast<std::size_t>(c)].front());
  return first;
}

/// Which point each draw goes to, what it pays there, and by how much that was the least.
struct Landing {
  std::vector<Index> to;
  Vector paid;  // |x - y|^2 - price
  Vector gap;   // the price by which another point would have to rise to be chosen
};

Landing land(const PricedPoints& cells, PointsIn x) {
  Landing landing{std::vector<Index>(static_cast<std::size_t>(x.cols())), Vector(x.cols()), Vector(x.cols())};
  parallel_chunks(x.cols(), chunk_draws, [&](Index begin, Index end, Index) {
    std::vector<double> costs;
    for (Index n = begin; n < end; ++n) {
      const BestTwo found = cells.nearest(x.col(n), costs);
      landing.to[static_cast<std::size_t>(n)] = found.column;
      landing.paid(n) = found.best;
      landing.gap(n) = found.second - found.best;
    }
  });
  return landing;
}

/// Fresh draws of the source, one after the other.
struct Stream {
  const Sampler& source;
  std::uint64_t drawn = 0;

  void fill(PointsOut x) {
    source(drawn, x);
    drawn += static_cast<std::uint64_t>(x.cols());
  }
};

/// `count` of the places 0, ..., size - 1 at equal distances; more than once if there are fewer places.
std::vector<Index> spread(Index count, Index size) {
  std::vector<Index> places;
  for (Index k = 0; k < count; ++k) places.push_back(k * size / count);
  return places;
}

/// The same for places of these shares, each as often as its share says.
std::vector<Index> spread_by_share(Index count, const Vector& shares) {
  const Vector ends = running_shares(shares);
  std::vector<Index> places;
  for (Index k = 0; k < count; ++k)
    places.push_back(place_at(ends, (static_cast<double>(k) + 0.5) / static_cast<double>(count)));
  return places;
}

/// price_c = min_i |x_i - y_c|^2 - u_i: the largest prices at which no draw x_i, which pays u_i where it goes
/// now, would rather go to y_c.
void set_touching_prices(PointsIn y, PointsIn x, const Vector& u, const ExtraRows& extra,
                         PricedPoints& cells) {
  PricedPoints draws(x, extra);
  for (Index i = 0; i < x.cols(); ++i) draws.set_price(i, u(i));
  parallel_chunks(y.cols(), chunk_draws, [&](Index begin, Index end, Index) {
    std::vector<double> costs;
    for (Index c = begin; c < end; ++c) cells.set_price(c, draws.nearest(y.col(c), costs).best);
  });
}

/// Steps of the ascent. A cell's price moves by its mean gap, which changes the cell by about its own size
/// (so steps have the scale of Newton's), times how far the cell is from its share, times a rate in
/// proportion to what the draws tell, batch / C of a pass over C cells and at most 1, falling with the root
/// of the passes so far. The mean of the later half of the prices is kept (Polyak and Juditsky 1992). One gap
/// for all cells was tried: in one dimension, where cells differ most, shares were ten times as wrong. So
/// was twice the rate: better by a third for thousands of cells in the plane, unstable on a line.
class Ascent {
 public:
  /// shares (C) of the cells, > 0, of sum 1. `damped`: a cell below the mean share moves by so much less.
  /// One draw is many times the share of a cell of little weight, whose price would leap.
  Ascent(Stream& stream, Index dim, const Vector& shares, bool damped, PricedPoints& cells)
      : stream_(stream),
        shares_(shares),
        damping_(damped ? (static_cast<double>(cells.size()) * shares).cwiseMin(1).eval()
                        : Vector(Vector::Ones(cells.size()))),
        cells_(cells),
        x_(dim, batch_draws),
        surplus_(cells.size()),
        mean_(Vector::Zero(cells.size())),
        gaps_(mean_),
        hits_(mean_) {}

  void run(double passes) {
    const double pass_share = std::min(1.0, batch_draws / static_cast<double>(cells_.size()));
    const auto steps = static_cast<std::int64_t>(std::ceil(passes / pass_share));
    const std::int64_t kept_from = steps / 2;
    for (std::int64_t step = 0; step < steps; ++step) {
      const double rate = pass_share / std::sqrt(1 + static_cast<double>(step) * pass_share);
      draw();
      const double mean_gap = gaps_.sum() / hits_.sum();
      for (Index j = 0; j < cells_.size(); ++j)
        cells_.set_price(
            j, cells_.price(j) - rate * (gaps_(j) + mean_gap) / (hits_(j) + 1) * (damping_(j) * surplus_(j)));
      if (step >= kept_from)
        for (Index j = 0; j < cells_.size(); ++j)
          mean_(j) += (cells_.price(j) - mean_(j)) / static_cast<double>(step - kept_from + 1);
    }
    for (Index j = 0; j < cells_.size(); ++j) cells_.set_price(j, mean_(j));
  }

  /// See SemidiscretePlan::share_error; ten draws a point.
  double share_error() {
    const Index steps = std::max<Index>(20, 10 * cells_.size() / batch_draws + 1);
    Vector total = Vector::Zero(cells_.size());
    for (Index step = 0; step < steps; ++step) {
      draw();
      total += surplus_;
    }
    const double draws = static_cast<double>(steps * batch_draws);
    const double chi_square = draws * shares_.dot((total / static_cast<double>(steps)).cwiseAbs2());
    return std::sqrt(std::max(0.0, (chi_square - static_cast<double>(cells_.size() - 1)) / (draws - 1)));
  }

 private:
  /// One batch: surplus_j = n_j / (batch w_j) - 1.
  void draw() {
    stream_.fill(x_);
    const Landing landing = land(cells_, x_);
    surplus_.setConstant(-1);
    for (Index n = 0; n < batch_draws; ++n) {
      const Index cell = landing.to[static_cast<std::size_t>(n)];
      surplus_(cell) += 1 / (batch_draws * shares_(cell));
      gaps_(cell) += landing.gap(n);
      hits_(cell) += 1;
    }
  }

  Stream& stream_;
  const Vector& shares_;
  const Vector damping_;  // (C)
  PricedPoints& cells_;
  Points x_;                             // (D, batch)
  Vector surplus_, mean_, gaps_, hits_;  // (C)
};

/// Cells y (D, C) of these shares with their prices. Coarse to fine: the ascent moves prices of neighbours
/// only and would take long to carry mass across many cells, so it starts from what draws pay to a quarter of
/// the cells, each with the share of all that are nearest to it, solved in the same way (with more passes,
/// which are cheap there); the coarsest level starts from an exact assignment to draws. As few draws as
/// coarse cells carry the prices over: with more, the coarse cells keep all mass at first, and the outer ones
/// get too little in the end.
PricedPoints priced_cells(PointsIn y, const Vector& shares, bool weighted, double passes,
                          const ExtraRows& extra, Stream& stream) {
  PricedPoints cells(y, extra);
  const Index count = cells.size();
  const bool coarsest = count <= start_points;
  Points x(y.rows(), coarsest ? std::max<Index>(1, copied_points / count) * count : count / level_factor);
  stream.fill(x);
  Vector u(x.cols());
  if (coarsest) {
    const std::vector<Index> copies = weighted ? spread_by_share(x.cols(), shares) : spread(x.cols(), count);
    u = solve_assignment(x, y(Eigen::all, copies), extra).u;
  } else {
    const std::vector<Index> some = spread(count / level_factor, count);
    const Points coarse = y(Eigen::all, some);
    Vector coarse_shares = Vector::Zero(coarse.cols());
    const std::vector<Index> nearest = land(PricedPoints(coarse, extra), y).to;
    for (Index c = 0; c < count; ++c) coarse_shares(nearest[static_cast<std::size_t>(c)]) += shares(c);
    u = land(priced_cells(coarse, coarse_shares, weighted, level_factor * passes, extra, stream), x).paid;
  }
  set_touching_prices(y, x, u, extra, cells);
  Ascent(stream, y.rows(), shares, weighted, cells).run(passes);
  return cells;
}

}  // namespace

SemidiscretePlan::SemidiscretePlan(PointsIn y, const Sampler& source, const SemidiscreteOptions& options,
                                   const Vector& weights, const ExtraRows& extra)
    : cell_(static_cast<std::size_t>(y.cols())),
      members_(equal_points(y)),
      cells_(first_members(y, members_), extra) {
  if (y.cols() > max_semidiscrete)
    throw limit_error("semidiscrete-limit",
                      "a semidiscrete plan to " + std::to_string(y.cols()) + " points: at most " +
                          std::to_string(max_semidiscrete),
                      {}, "use fewer rows, or --coupling exact");
  const bool weighted = weights.size() > 0;
  Vector shares = Vector::Zero(cells_.size());
  for (Index c = 0; c < cells_.size(); ++c) {
    const std::vector<Index>& members = members_[static_cast<std::size_t>(c)];
    for (const Index j : members) cell_[static_cast<std::size_t>(j)] = c;
    shares(c) = weighted ? weights(members).sum() / weights.sum()
                         : static_cast<double>(members.size()) / static_cast<double>(y.cols());
  }
  if (cells_.size() == 1) return;  // all go there
  Stream stream{source};
  cells_ = priced_cells(first_members(y, members_), shares, weighted, options.passes, extra, stream);
  share_error_ = Ascent(stream, y.rows(), shares, weighted, cells_).share_error();
}

std::vector<Index> SemidiscretePlan::map(PointsIn x) const {
  std::vector<Index> to = land(cells_, x).to;
  for (std::size_t n = 0; n < to.size(); ++n) {
    const std::vector<Index>& members = members_[static_cast<std::size_t>(to[n])];
    to[n] = members[n % members.size()];
  }
  return to;
}

}  // namespace fm
