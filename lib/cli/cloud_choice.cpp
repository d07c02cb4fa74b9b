#include "cli/cloud_choice.h"

#include <memory>

#include "core/error.h"
#include "flow/mixture_draw.h"
#include "flow/mixture_field.h"
#include "flow/mixture_file.h"
#include "io/table_options.h"

namespace fm {

namespace {

CloudLaw law_of(const MixtureCloud& cloud) {
  if (cloud.file.empty())
    throw usage_error("mixture-file", "a mixture is read from a file, and none is named",
                      "fm-data mixture:file=FILE.json; fm-train --gaussians writes such files");
  const MixtureFile file = load_mixture(cloud.file);
  CloudLaw law;
  law.columns = file.columns;
  const Index size = file.mixture.weights.size();
  for (Index k = 0; k < size && size <= static_cast<Index>(max_classes); ++k)
    law.parts.push_back("component" + std::to_string(k));
  law.draw = [mixture = file.mixture](const Random& random, std::uint64_t first_row, Index count) {
    MixtureDraws drawn = draw_mixture(mixture, random, first_row, count);
    return LabelledPoints{std::move(drawn.points), std::move(drawn.components)};
  };
  const auto field = std::make_shared<const MixtureField>(file.mixture, CondOt{});
  law.log_density = [field](PointsIn x) {
    if (field->domain().end < 1)
      throw usage_error("no-density", "a covariance of the mixture is singular: it has no density",
                        "leave --log-density out");
    Vector log_p(x.cols());
    field->log_density(Vector::Ones(x.cols()), x, log_p);
    return log_p;
  };
  return law;
}

CloudLaw law_of(const Toy& toy) {
  return {toy_columns(toy), toy_parts(toy),
          [toy](const Random& random, std::uint64_t first_row, Index count) {
            return draw_labelled_toy(toy, random, first_row, count);
          },
          [toy](PointsIn x) { return toy_log_density(toy, x); }};
}

}  // namespace

CloudLaw cloud_law(const Cloud& cloud) {
  return std::visit(
      []<class Member>(const Member& member) {
        if constexpr (std::is_same_v<Member, MixtureCloud>)
          return law_of(member);
        else
          return law_of(Toy(member));
      },
      cloud);
}

}  // namespace fm
