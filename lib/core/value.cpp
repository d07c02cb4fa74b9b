#include "core/value.h"

namespace fm {

std::string Range::text() const {
  const auto unbounded = [](double x) {
    return x == std::numeric_limits<double>::infinity() || x == -std::numeric_limits<double>::infinity();
  };
  if (unbounded(high)) return (low_open ? "> " : ">= ") + shortest(low);
  if (unbounded(low)) return (high_open ? "< " : "<= ") + shortest(high);
  return std::string("in ") + (low_open ? "(" : "[") + shortest(low) + ", " + shortest(high) +
         (high_open ? ")" : "]");
}

void check_range(double value, std::string_view text, const Range& range) {
  if (range.contains(value)) return;
  throw usage_error("option-range", std::string(text) + " is out of range: must be " +
                                        (range.bounded() ? range.text() : std::string("a number")));
}

}  // namespace fm
