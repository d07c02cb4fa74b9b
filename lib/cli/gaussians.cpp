#include "cli/gaussians.h"

#include <algorithm>
#include <utility>

#include "flow/mixture_file.h"
#include "model/mixture_fit.h"

namespace fm {

Index parse_components(const std::string& text) {
  if (text == "auto") return 0;
  const auto count = parse_count(text);
  if (!count || *count < 1)
    throw usage_error("option-value",
                      "--gaussians: " + in_quotes(text) + " is neither auto nor a number from 1 on",
                      "--gaussians auto lets BIC choose");
  return *count;
}

std::string fit_gaussians(const Dataset& data, Index components, Session& session) {
  const Standardiser coordinates = fit_standardiser_of(data.points, data.weights, Standardize::columns);
  const Points rows = to_coordinates(coordinates, data.points);
  MixtureFitOptions options;
  options.components = components;
  std::vector<MixtureFit> fits;
  if (components == 0)
    fits = fit_mixtures(rows, data.weights, options, session.seed);
  else
    fits.push_back(fit_mixture(rows, data.weights, options, session.seed));
  const auto best =
      std::min_element(fits.begin(), fits.end(), [](const auto& a, const auto& b) { return a.bic < b.bic; });

  const double log_scale = best->effective_rows * log_volume(coordinates);
  session.report["rows"] = rows.cols();
  if (data.weights.size() > 0) session.report["effective_rows"] = best->effective_rows;
  session.report["components"] = best->mixture.weights.size();
  session.report["log_likelihood"] = best->log_likelihood - log_scale;
  session.report["bic"] = best->bic + 2 * log_scale;
  session.report["converged"] = best->converged;
  if (components == 0) {
    Json tried = Json::array();
    for (const MixtureFit& fit : fits) tried.push_back(fit.bic + 2 * log_scale);
    session.report["bic_of_components"] = tried;
  }
  session.detail(std::to_string(best->mixture.weights.size()) + " components, log-likelihood " +
                 rounded(best->log_likelihood - log_scale) + ", BIC " + rounded(best->bic + 2 * log_scale));
  if (!best->converged)
    session.warn("EM stopped after " + std::to_string(best->course.size()) +
                 " iterations without converging; try fewer components");
  return print_mixture({data.names, data.has_names, rows.cols(), to_data(coordinates, best->mixture)});
}

}  // namespace fm
