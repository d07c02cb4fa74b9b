#include "flow/mixture_file.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "core/in_file.h"
#include "io/column_json.h"
#include "io/column_list.h"
#include "io/read_file.h"

namespace fm {

namespace {

constexpr std::size_t max_bytes = std::size_t{1} << 26;  // a thousand components of 50 columns, printed
constexpr double digits_share = 1e-9;                    // see parse_mixture

using Row = std::vector<double>;
using Table = std::vector<Row>;

/// The file as it is written.
struct MixtureText {
  std::optional<std::vector<std::string>> columns;
  std::optional<std::int64_t> rows;
  Row weights;
  Table means;
  std::vector<Table> covariances;

  static constexpr auto fields() {
    using T = MixtureText;
    return std::tuple{field("columns", &T::columns, "names or places"),
                      field("rows", &T::rows, "rows of the data", at_least(0)),
                      field("weights", &T::weights, "weights"), field("means", &T::means, "means"),
                      field("covariances", &T::covariances, "covariances")};
  }
};

Row row_of(VectorIn values) {
  return {values.begin(), values.end()};
}

/// The columns of `values` as rows of text.
Table table_of(const Points& values) {
  Table table;
  for (Index n = 0; n < values.cols(); ++n) table.push_back(row_of(values.col(n)));
  return table;
}

/// Makes a mixture of a file's text; what does not fit is a model error.
class Checker {
 public:
  /// columns: as in the file.
  Checker(const MixtureText& text, const Json& columns, const std::string& name)
      : text_(text), columns_(columns), name_(name) {}

  MixtureFile checked() const {
    for (const auto& [key, missing] : {std::pair{"weights", text_.weights.empty()},
                                       {"means", text_.means.empty()},
                                       {"covariances", text_.covariances.empty()}})
      if (missing) fail("mixture-key", "it lacks " + in_quotes(key));
    const auto dim = static_cast<Index>(text_.means.front().size());
    if (dim == 0) fail("mixture-shape", "its means are empty");
    const ColumnNames names = columns(dim);
    MixtureFile file{names.names, names.has_names, text_.rows, {}};
    file.mixture.weights = weights();
    file.mixture.means = matrix(text_.means, dim, size(), "means");
    if (text_.covariances.size() != text_.weights.size())
      fail("mixture-shape", "it has " + std::to_string(text_.covariances.size()) + " covariances and " +
                                std::to_string(text_.weights.size()) + " weights");
    for (std::size_t k = 0; k < text_.covariances.size(); ++k)
      file.mixture.covariances.push_back(covariance(k, dim));
    return file;
  }

 private:
  Index size() const { return static_cast<Index>(text_.weights.size()); }

  [[noreturn]] void fail(const std::string& id, const std::string& message) const {
    throw model_error(id, "not a usable mixture: " + message, {name_});
  }

  ColumnNames columns(Index dim) const {
    ColumnNames columns{{}, false};
    if (columns_.is_null()) {
      for (Index d = 0; d < dim; ++d) columns.names.push_back(place_name(static_cast<std::size_t>(d)));
      return columns;
    }
    try {
      columns = columns_of_json(columns_);
    } catch (const Error& error) {
      fail("mixture-columns", error.what());
    }
    if (static_cast<Index>(columns.names.size()) != dim)
      fail("mixture-shape", "it has " + std::to_string(columns.names.size()) + " columns and means of " +
                                std::to_string(dim) + " numbers");
    return columns;
  }

  Vector weights() const {
    const Vector weights = Eigen::Map<const Vector>(text_.weights.data(), size());
    if (weights.minCoeff() < 0) fail("mixture-weights", "a weight is negative");
    if (weights.maxCoeff() == 0) fail("mixture-weights", "all weights are 0");
    // As near to 1 as rounding leaves a sum of weights that were divided by theirs: these read back as they
    // are.
    const double rounding = static_cast<double>(size()) * std::numeric_limits<double>::epsilon();
    if (std::abs(weights.sum() - 1) <= rounding) return weights;
    const Vector relative = weights / weights.maxCoeff();  // the sum of large ones overflows
    return relative / relative.sum();
  }

  /// `table`, a list of `columns` columns of `rows` numbers each.
  Points matrix(const Table& table, Index rows, Index columns, const std::string& what) const {
    const auto fits = [&](const Row& row) { return static_cast<Index>(row.size()) == rows; };
    if (static_cast<Index>(table.size()) != columns || !std::all_of(table.begin(), table.end(), fits))
      fail("mixture-shape",
           "its " + what + " are not " + std::to_string(columns) + " lists of " + std::to_string(rows));
    Points values(rows, columns);
    for (Index n = 0; n < columns; ++n)
      values.col(n) = Eigen::Map<const Vector>(table[static_cast<std::size_t>(n)].data(), rows);
    return values;
  }

  /// Covariance k; what it lacks is measured in the columns' own deviations, whatever their units.
  Points covariance(std::size_t k, Index dim) const {
    const std::string which = "covariance " + std::to_string(k + 1);
    const Points values = matrix(text_.covariances[k], dim, dim, "rows of " + which);
    const auto indefinite = [&] { fail("mixture-indefinite", which + " has a negative variance"); };
    if (values.diagonal().minCoeff() < 0) indefinite();
    const Vector deviation = values.diagonal().cwiseSqrt();
    const Vector unit = (deviation.array() > 0).select(deviation.cwiseInverse(), 1.0);
    const Points correlation = unit.asDiagonal() * values * unit.asDiagonal();
    if (!correlation.allFinite()) indefinite();
    if ((correlation - correlation.transpose()).cwiseAbs().maxCoeff() > digits_share)
      fail("mixture-asymmetric", which + " is not symmetric");
    const Points symmetric = (correlation + correlation.transpose()) / 2;
    const Eigen::SelfAdjointEigenSolver<Points> solver(symmetric, Eigen::EigenvaluesOnly);
    if (solver.eigenvalues().minCoeff() < -digits_share * static_cast<double>(dim)) indefinite();
    return values / 2 + values.transpose() / 2;
  }

  const MixtureText& text_;
  const Json& columns_;
  const std::string& name_;
};

}  // namespace

std::string print_mixture(const MixtureFile& file) {
  MixtureText text;
  text.rows = file.rows;
  text.weights = row_of(file.mixture.weights);
  text.means = table_of(file.mixture.means);
  for (const Points& covariance : file.mixture.covariances) text.covariances.push_back(table_of(covariance));
  std::string lines;
  Json object = to_json(text);
  object["columns"] = column_json({file.columns, file.has_names});
  for (const auto& item : object.items())  // a line for each key
    lines += (lines.empty() ? "{" : ",\n ") + text_of(item.key()) + ": " + text_of(item.value());
  return lines + "}\n";
}

MixtureFile parse_mixture(const std::string& text, const std::string& name) {
  const Json json = [&] {
    try {
      return parse_json(text, in_quotes(name), ErrorKind::model);
    } catch (const Error& error) {
      throw in_file(error, name);
    }
  }();
  MixtureText parts;
  try {
    from_json(json, parts);
  } catch (const Error& error) {
    throw model_error(error.id() == "config-key" ? "mixture-key" : "mixture-value",
                      std::string("not a usable mixture: ") + error.what(), {name}, error.hint());
  }
  return Checker(parts, json.value("columns", Json()), name).checked();
}

MixtureFile load_mixture(const std::string& path) {
  return parse_mixture(read_file(path, max_bytes), path);
}

}  // namespace fm
