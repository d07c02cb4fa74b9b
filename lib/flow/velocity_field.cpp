#include "flow/velocity_field.h"

#include "core/error.h"

namespace fm {

void VelocityField::endpoint(PointsIn, PointsOut) const {
  throw numeric_error("no-endpoint", "this field reaches t = 1 by itself and has no last step");
}

}  // namespace fm
