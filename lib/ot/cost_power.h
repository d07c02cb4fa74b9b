// The ground cost of exact transport.
#pragma once

namespace fm {

/// The ground cost is |x - y|^power.
enum class CostPower { one = 1, two = 2 };

}  // namespace fm
