// Conditions on numbers by name, as in --fail-if 'w2 > 1.2 * floor and p < 0.01'. Grammar, loosest first:
//   or, ||    and, &&    not, !    < <= > >= == !=    + -    * /    - (sign)    number, name, ( )
// A name is letters, digits, "_" and ".", or any text in double quotes. A comparison is a truth, all else
// numbers; a condition is a truth.
#pragma once

#include <functional>
#include <string>

namespace fm {

/// The number behind a name; throws where there is none.
using NumberNamed = std::function<double(const std::string& name)>;

/// Whether the condition holds. Every name in it is looked up, left to right, whatever the others are. Throws
/// usage error "condition" (with what stands where), and what `number_named` does.
bool holds(const std::string& condition, const NumberNamed& number_named);

}  // namespace fm
