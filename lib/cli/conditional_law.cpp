#include "cli/conditional_law.h"

#include "core/numeric.h"
#include "core/random.h"
#include "flow/conditional_path.h"

namespace fm {

ConditionalLaw read_conditional(const FieldOptions& options, const ReadOptions& reading, Session& session) {
  ConditionalLaw law;
  if (!options.pairs.empty()) {
    const auto [table, coordinates] = read_exact_pairs(options, reading, session);
    law.columns = table.names;
    law.coordinates = coordinates;
    law.x0 = to_coordinates(coordinates, table.source);
    law.x1 = to_coordinates(coordinates, table.target);
    law.shares = running_shares(table.weights);
    law.jitter = options.jitter;
    return law;
  }
  const auto [data, coordinates] = read_exact_rows(options, reading, session);
  law.columns = data.names;
  law.coordinates = coordinates;
  law.x1 = to_coordinates(coordinates, data.points);
  if (data.weights.size() > 0) law.shares = running_shares(data.weights);
  law.bandwidths = path_bandwidths(options.path.value_or(AffinePath{}), law.x1, law.x1, data.bandwidths);
  return law;
}

namespace {

/// Draw n of pairs starts where trajectory n does (flow/source.h).
ConditionalDraw draw_pair(const ConditionalLaw& law, std::uint64_t seed, std::uint64_t n) {
  Draws draws = Random{seed, Purpose::source}.row(n);
  const Index pair = place_at(law.shares, draws.uniform());
  ConditionalDraw draw{law.x0.col(pair), law.x1.col(pair), Vector(law.x1.rows())};
  for (double& value : draw.z) value = draws.normal();
  draw.jitter = law.jitter;
  return draw;
}

}  // namespace

ConditionalDraw draw_conditional(const ConditionalLaw& law, std::uint64_t seed, std::uint64_t n) {
  if (law.pairs()) return draw_pair(law, seed, n);
  Points x0(law.x1.rows(), 1);
  fill_normal({seed, Purpose::source}, n, x0);
  Draws partner = Random{seed, Purpose::coupling}.row(n);
  const Index row = law.shares.size() > 0
                        ? place_at(law.shares, partner.uniform())
                        : static_cast<Index>(partner.below(static_cast<std::uint64_t>(law.x1.cols())));
  ConditionalDraw draw{x0.col(0), law.x1.col(row), x0.col(0)};
  if (law.bandwidths.size() > 0) draw.bandwidth = law.bandwidths(row);
  draw.end += draw.bandwidth * draw.z;
  return draw;
}

}  // namespace fm
