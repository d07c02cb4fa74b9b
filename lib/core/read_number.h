// Decimal numbers read in one pass that finds their end and their value together. For text in bulk;
// core/text's parse_double is the judge of what is a number.
#pragma once

namespace fm {

/// Bytes that read_number() may look at, not use, from the first that is not part of the number on.
constexpr int number_overread = 8;

/// The double nearest to the number that starts at `text`, ties to even: -? digits, with one point among or
/// around them or none, and an exponent or none. Returns its end; nullptr if no such number starts here or
/// it leaves the range of the doubles (underflow too), which says nothing of what it is instead. The bytes
/// from `text` must hold one that no number holds, and number_overread after it.
/// Up to 19 significant digits cost one product of 64 bits: D. Lemire, Number parsing at a gigabyte a
/// second, 2021, arXiv:2101.11408, with the bound on its error in the place of the paper's tables of cases;
/// what that leaves open (one number in 700) and more digits go to std::from_chars.
const char* read_number(const char* text, double& value);

}  // namespace fm
