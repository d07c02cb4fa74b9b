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
                                        (range.bounded() ? range.text() : std::string("a finite number")));
}

std::vector<std::string> split_list(std::string_view text, bool of_families) {
  std::vector<std::string> elements;
  for (const std::string_view piece : split(text, ',')) {
    const bool continues = of_families && !elements.empty() && piece.find('=') < piece.find(':');
    if (continues)
      elements.back() += ',' + std::string(piece);
    else
      elements.emplace_back(piece);
  }
  return elements;
}

}  // namespace fm
