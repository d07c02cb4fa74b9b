#include "flow/mixture.h"

#include "core/error.h"

namespace fm {

namespace {

/// x -> factor * x for the covariances, whose means are already mapped.
Mixture scaled(Mixture mixture, const Vector& factor) {
  for (Points& covariance : mixture.covariances) {
    covariance = covariance.cwiseProduct(factor * factor.transpose()).eval();  // symmetric to the last bit
    if (!covariance.allFinite())
      throw numeric_error("coordinates-range",
                          "a covariance between data units and coordinates is not finite");
  }
  return mixture;
}

}  // namespace

Vector mixture_mean(const Mixture& mixture) {
  return mixture.means * mixture.weights;
}

Points mixture_covariance(const Mixture& mixture) {
  const Points offsets = mixture.means.colwise() - mixture_mean(mixture);
  Points covariance = offsets * mixture.weights.asDiagonal() * offsets.transpose();
  for (Index k = 0; k < mixture.weights.size(); ++k)
    covariance += mixture.weights(k) * mixture.covariances[static_cast<std::size_t>(k)];
  return covariance;
}

Mixture to_coordinates(const Standardiser& map, const Mixture& data) {
  return scaled({data.weights, to_coordinates(map, data.means), data.covariances}, map.scale.cwiseInverse());
}

Mixture to_data(const Standardiser& map, const Mixture& coordinates) {
  return scaled({coordinates.weights, to_data(map, coordinates.means), coordinates.covariances}, map.scale);
}

Standardiser fit_standardiser(const Mixture& mixture, Standardize kind) {
  return standardiser_of_moments(mixture_mean(mixture),
                                 mixture_covariance(mixture).diagonal().cwiseMax(0).cwiseSqrt(), kind);
}

}  // namespace fm
