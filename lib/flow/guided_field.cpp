#include "flow/guided_field.h"

#include <cmath>

#include "core/error.h"
#include "core/text.h"

namespace fm {

Guidance parse_guidance(const std::string& text) {
  Guidance guidance;
  const std::size_t at = text.find('@');
  const auto number = [](std::string_view part, double& value) {
    return parse_double(part, value) == NumberText::number && std::isfinite(value);
  };
  bool good = number(std::string_view(text).substr(0, at), guidance.scale);
  if (at != std::string::npos) {
    const auto ends = split(std::string_view(text).substr(at + 1), ':');
    good = good && ends.size() == 2 && number(ends[0], guidance.begin) && number(ends[1], guidance.end) &&
           guidance.begin >= 0 && guidance.begin < guidance.end && guidance.end <= 1;
  }
  if (!good)
    throw usage_error("guidance", "guidance " + in_quotes(text) + " is neither W nor W@T0:T1",
                      "e.g. --guidance 2, or --guidance 2@0.2:0.8 for times from 0.2 to 0.8");
  return guidance;
}

Points GuidedField::unconditional(PointsIn x) const {
  Points free = x;
  free.middleRows(path_rows(), still_rows()).setZero();
  return free;
}

void GuidedField::guide(VectorIn t, PointsIn others, PointsOut values) const {
  for (Index n = 0; n < values.cols(); ++n) {
    const double w = guidance_.at(t(n));
    if (w == 1) continue;
    if (w == 0)
      values.col(n) = others.col(n);  // to the last bit
    else
      values.col(n) = others.col(n) + w * (values.col(n) - others.col(n));
  }
}

void GuidedField::evaluate(VectorIn t, PointsIn x, PointsOut v) const {
  field_->evaluate(t, x, v);
  Points v_free(v.rows(), v.cols());
  field_->evaluate(t, unconditional(x), v_free);
  guide(t, v_free, v);
}

void GuidedField::tangent(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const {
  tangents(t, x, dx, v, dv);
}

void GuidedField::tangents(VectorIn t, PointsIn x, PointsIn dx, PointsOut v, PointsOut dv) const {
  field_->tangents(t, x, dx, v, dv);
  Points dx_free = dx;  // a field without condition does not change with it
  for (Index row = 0; row < dx.rows(); row += dim())
    dx_free.middleRows(row + path_rows(), still_rows()).setZero();
  Points v_free(v.rows(), v.cols()), dv_free(dv.rows(), dv.cols());
  field_->tangents(t, unconditional(x), dx_free, v_free, dv_free);
  guide(t, v_free, v);
  guide(t, dv_free, dv);
}

void GuidedField::divergence(VectorIn t, PointsIn x, PointsOut v, VectorOut div) const {
  field_->divergence(t, x, v, div);
  Points v_free(v.rows(), v.cols());
  Vector div_free(div.size());
  field_->divergence(t, unconditional(x), v_free, div_free);
  guide(t, v_free, v);
  for (Index n = 0; n < div.size(); ++n) {
    const double w = guidance_.at(t(n));
    div(n) = w == 1 ? div(n) : div_free(n) + w * (div(n) - div_free(n));
  }
}

void GuidedField::predict(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0, PointsOut noise) const {
  field_->predict(t, x, x1, x0, noise);
  Points x1_free = x1, x0_free = x0, noise_free = noise;
  field_->predict(t, unconditional(x), x1_free, x0_free, noise_free);
  guide(t, x1_free, x1);
  guide(t, x0_free, x0);
  guide(t, noise_free, noise);
}

void GuidedField::predict_ends(VectorIn t, PointsIn x, PointsOut x1, PointsOut x0) const {
  field_->predict_ends(t, x, x1, x0);
  Points x1_free = x1, x0_free = x0;
  field_->predict_ends(t, unconditional(x), x1_free, x0_free);
  guide(t, x1_free, x1);
  guide(t, x0_free, x0);
}

void GuidedField::endpoint(PointsIn x, PointsOut x1) const {
  field_->endpoint(x, x1);
  Points free(x1.rows(), x1.cols());
  field_->endpoint(unconditional(x), free);
  guide(Vector::Constant(x.cols(), domain().end), free, x1);
  x1.middleRows(path_rows(), still_rows()) = x.middleRows(path_rows(), still_rows());
}

}  // namespace fm
