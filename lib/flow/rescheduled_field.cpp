#include "flow/rescheduled_field.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "flow/conversion.h"

namespace fm {

namespace {

/// Beside noise of size 1 a target's share below this is lost in rounding. Paths that rest at their beginning
/// (polynomial) move from here on.
constexpr double least_snr = std::numeric_limits<double>::epsilon();

/// Where a speed is infinite at t = 1, the path is followed to this signal-to-noise ratio.
constexpr double last_snr = 1e3;

double first_time(const VelocityField& field, const Scheduler& own) {
  const double begin = field.domain().begin;
  return snr_at(own, begin) < least_snr ? time_of_snr(own, least_snr) : begin;
}

/// The end of the new path's domain, and of the field's times that it uses.
struct Ends {
  double outer, inner;
};
Ends ends(const VelocityField& field, const Scheduler& own, const Scheduler& scheduler) {
  const double inner = std::min(field.domain().end, scheduler_domain(own).end);
  double snr = snr_at(own, inner);
  if (scheduler_domain(scheduler).end < 1) snr = std::min(snr, last_snr);
  if (snr_at(scheduler, 1) <= snr) return {1, time_of_snr(own, snr_at(scheduler, 1))};
  return {time_of_snr(scheduler, snr), time_of_snr(own, snr)};
}

}  // namespace

RescheduledField::RescheduledField(std::unique_ptr<const VelocityField> field, const Scheduler& own,
                                   const Scheduler& scheduler, const Moments& moments)
    : field_(std::move(field)), own_(own), scheduler_(scheduler), start_(path_start(moments, scheduler)) {
  const Ends at = ends(*field_, own_, scheduler_);
  inner_ = {first_time(*field_, own_), std::min(at.inner, field_->domain().end)};
  end_ = at.outer;
}

double RescheduledField::inner_time(double r) const {
  const double snr = snr_at(scheduler_, r);
  if (snr <= snr_at(own_, inner_.begin)) return inner_.begin;
  if (snr >= snr_at(own_, inner_.end)) return inner_.end;
  return std::clamp(time_of_snr(own_, snr), inner_.begin, inner_.end);  // only rounding can leave
}

RescheduledField::Place RescheduledField::place(double r) const {
  if (!domain().contains(r))
    throw numeric_error("time-domain", "the field on this path is defined for t in [0, " + shortest(end_) +
                                           "], not at t = " + shortest(r));
  const double time = r == end_ ? inner_.end : inner_time(r);
  const PolarValue outer = polar_at(scheduler_, r), inner = polar_at(own_, time);
  const double scale = outer.rho / inner.rho, factor = scale * outer.d_theta / inner.d_theta;
  return {time, 1 / scale, outer.d_log_rho - factor / scale * inner.d_log_rho, factor};
}

RescheduledField::Batch RescheduledField::batch(VectorIn t, PointsIn x) const {
  Batch batch{{}, Vector(t.size()), Points(x.rows(), x.cols())};
  for (Index n = 0; n < t.size(); ++n) {
    const Place& at = batch.places.emplace_back(place(t(n)));
    batch.times(n) = at.time;
    batch.points.col(n) = at.inverse_scale * x.col(n);
    batch.points.col(n).tail(still_rows()) = x.col(n).tail(still_rows());
  }
  return batch;
}

void RescheduledField::set_velocity(const Place& at, VectorIn x, VectorOut v) const {
  v = at.linear * x + at.factor * v;
  v.tail(still_rows()).setZero();
}

void RescheduledField::evaluate(VectorIn t, PointsIn x, PointsOut v) const {
  const Batch inner = batch(t, x);
  field_->evaluate(inner.times, inner.points, v);
  for (Index n = 0; n < x.cols(); ++n) {
    const Place& at = inner.places[static_cast<std::size_t>(n)];
    set_velocity(at, x.col(n), v.col(n));
  }
}

void RescheduledField::tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const {
  const Batch inner = batch(t, x);
  Points inner_dx(dx.rows(), dx.cols());
  for (Index n = 0; n < x.cols(); ++n) {
    inner_dx.col(n) = inner.places[static_cast<std::size_t>(n)].inverse_scale * dx.col(n);
    inner_dx.col(n).tail(still_rows()) = dx.col(n).tail(still_rows());
  }
  field_->tangent(inner.times, inner.points, inner_dx, v, dv);
  for (Index n = 0; n < x.cols(); ++n) {
    const Place& at = inner.places[static_cast<std::size_t>(n)];
    set_velocity(at, x.col(n), v.col(n));
    set_velocity(at, dx.col(n), dv.col(n));
  }
}

void RescheduledField::divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const {
  const Batch inner = batch(t, x);
  field_->divergence(inner.times, inner.points, v, div);
  for (Index n = 0; n < x.cols(); ++n) {
    const Place& at = inner.places[static_cast<std::size_t>(n)];
    set_velocity(at, x.col(n), v.col(n));
    div(n) = at.linear * static_cast<double>(path_rows()) + at.factor * at.inverse_scale * div(n);
  }
}

void RescheduledField::endpoint(PointsIn x, PointsOut x1) const {
  if (end_ == 1) return VelocityField::endpoint(x, x1);
  const Batch inner = batch(Vector::Constant(x.cols(), end_), x);
  if (field_->domain().end < 1 && inner.times(0) == field_->domain().end)
    return field_->endpoint(inner.points, x1);
  field_->evaluate(inner.times, inner.points, x1);
  for (Index n = 0; n < x.cols(); ++n) {
    const Vector v = x1.col(n);
    x1.col(n) = x1_from_velocity(scheduler_at(own_, inner.times(n)), inner.points.col(n), v);
    x1.col(n).tail(still_rows()) = x.col(n).tail(still_rows());
  }
}

}  // namespace fm
