// Numbers and words as text, independent of locale: exact parsing, shortest printing, nearest names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fm {

/// `text` without blanks and tabs at both ends.
std::string_view trimmed(std::string_view text);

/// The pieces of `text` between separators; "" gives one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The pieces put together with `separator` between them.
std::string joined(const std::vector<std::string>& pieces, std::string_view separator);

/// Length of the valid UTF-8 sequence that starts at text[i], 1 to 4 bytes; 0 if none does.
std::size_t utf8_length(std::string_view text, std::size_t i);
bool is_utf8(std::string_view text);

/// `text` with the letters A to Z as small ones.
std::string lower_case(std::string_view text);

/// How a cell reads as a number.
enum class NumberText { number, not_a_number, out_of_range };

/// The double nearest to the whole of `text` (decimal or scientific, one leading + or -; "inf" and "nan" in
/// any case are parsed, hexadecimal is not). Overflow is out_of_range; underflow gives the nearest subnormal
/// or zero.
NumberText parse_double(std::string_view text, double& value);

/// A whole number: 1000, 1e3, 1k, 2.5M, 1G (decimal multiples). nullopt if it is none or leaves the range of
/// int64.
std::optional<std::int64_t> parse_count(std::string_view text);

/// Shortest decimal text that reads back as the same double.
std::string shortest(double value);

/// `value` for people: `significant` digits, no exponent where it can be avoided.
std::string rounded(double value, int significant = 4);

/// The candidate nearest to `word` by edit distance, capital letters being small ones, if it is a likely slip
/// (at most 1 edit for each 3 characters, at least 1, never all) or `word` starts it; nullopt otherwise.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

/// Sentence for an unknown word: `did you mean "..."?` or `known: a, b, c`.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

/// The same where the list is shown in any case: `did you mean "..."? known: a, b, c`, with `list` before it.
std::string suggestion_with_list(std::string_view word, const std::vector<std::string>& candidates,
                                 std::string_view list = "known: ");

}  // namespace fm
