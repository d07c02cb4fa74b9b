// Conditions on numbers by name, as in --fail-if 'w2 > 1.2 * floor and p < 0.01'. Grammar, loosest first:
//   or, ||    and, &&    not, !    < <= > >= == !=    + -    * /    - (sign)    number, name, ( )
// A name is letters, digits, "_" and ".", or any text in double quotes; one that is known may hold other
// characters without them, as sliced-w2 does. A comparison is a truth, all else numbers; a condition is a
// truth.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace fm {

/// The number behind a name; throws where there is none.
using NumberNamed = std::function<double(const std::string& name)>;

/// Whether the condition holds. Every name in it is looked up, left to right, whatever the others are. Where
/// one of the `known` names stands, the longest of them is read, with what follows it from a "." on. NaN is a
/// number that is not known yet: comparisons with it are false. Throws usage errors "condition" (with what
/// stands where) and "condition-number" (a sum or a quotient of finite numbers is not finite), and what
/// `number_named` does.
bool holds(const std::string& condition, const NumberNamed& number_named,
           const std::vector<std::string>& known = {});

}  // namespace fm
