// A mixture of normal laws as a file, in data units: one JSON object
//   {"columns": ["eruptions", "waiting"],        names (D), or places in a table without names, [2, 3]; null
//   or
//                                                absent: 1, 2, ...
//    "rows": 191,                                of the data it was fitted to; null or absent: none
//    "weights": [0.36, 0.64],                    (K), none negative; they are divided by their sum
//    "means": [[2.0, 54.5], [4.3, 80.0]],        (K, D)
//    "covariances": [[[0.07, 0.44], [0.44, 33.7]], [[0.17, 0.94], [0.94, 36.0]]]}    (K, D, D)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flow/mixture.h"

namespace fm {

struct MixtureFile {
  std::vector<std::string> columns;  ///< (D)
  bool has_names = true;             ///< false: `columns` are those of place_name
  std::optional<std::int64_t> rows;
  Mixture mixture;  ///< in data units
};

/// The file's text; reads back as the same numbers.
std::string print_mixture(const MixtureFile& file);

/// The inverse. Covariances are symmetric and without negative eigenvalues but for 1e-9 of the columns'
/// deviations, the last of ten digits; the mean of S and S^T is taken. Throws model errors: "json" for text
/// that is none, "mixture-key" for an unknown or missing key, "mixture-value" for one of a wrong type,
/// "mixture-shape", "mixture-columns" for two names alike or neither names nor places, "mixture-weights" for
/// negative ones or all 0, "mixture-asymmetric" and "mixture-indefinite" for covariances that are none.
/// `name` is the file in messages.
MixtureFile parse_mixture(const std::string& text, const std::string& name);

/// Reads the file `path`, "-" for standard input; at most 64 MiB, else limit error "too-large".
MixtureFile load_mixture(const std::string& path);

}  // namespace fm
