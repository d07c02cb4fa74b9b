// The clouds that fm-data draws: the toy clouds, and mixtures of normal laws from a file.
#pragma once

#include <functional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "core/fields.h"
#include "data/toy.h"

namespace fm {

/// A mixture in the file format of flow/mixture_file.h; its parts are the components.
struct MixtureCloud {
  static constexpr auto name = "mixture";
  static constexpr auto summary = "normal laws with the weights, means and covariances of a JSON file";
  std::string file;
  static constexpr auto fields() {
    return std::tuple{field("file", &MixtureCloud::file, "the JSON file, - for standard input")};
  }
};

template <class Variant, class... More>
struct Extended;
template <class... Members, class... More>
struct Extended<std::variant<Members...>, More...> {
  using type = std::variant<Members..., More...>;
};
using Cloud = Extended<Toy, MixtureCloud>::type;

/// A cloud ready to be drawn.
struct CloudLaw {
  std::vector<std::string> columns;  ///< (D)
  std::vector<std::string> parts;    ///< none where there are too many to be classes
  std::function<LabelledPoints(const Random&, std::uint64_t first_row, Index count)> draw;
  std::function<Vector(PointsIn)> log_density;  ///< throws usage error "no-density"
};

/// Reads the file of a mixture: throws what load_mixture does, and usage error "mixture-file" where none is
/// named.
CloudLaw cloud_law(const Cloud& cloud);

}  // namespace fm
