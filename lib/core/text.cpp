#include "core/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"

namespace fm {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const std::size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::string joined(const std::vector<std::string>& pieces, std::string_view separator) {
  std::string out;
  for (const std::string& piece : pieces) {
    if (&piece != &pieces.front()) out += separator;
    out += piece;
  }
  return out;
}

NumberText parse_double(std::string_view text, double& value) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return NumberText::not_a_number;
  }
  const char* end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data(), end, value);
  if (status == std::errc::invalid_argument || stop != end) return NumberText::not_a_number;
  if (status != std::errc::result_out_of_range) {
    // from_chars also takes "nan(chars)"; only the plain words are numbers here.
    return text.back() == ')' ? NumberText::not_a_number : NumberText::number;
  }
  // Out of range covers underflow too. strtod would tell the two apart but follows the locale, so count the
  // decimal exponent of the first significant digit: an underflow has a negative one.
  const std::size_t exponent_mark = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, exponent_mark);
  long long exponent = 0;
  bool exponent_fits = true;
  if (exponent_mark != std::string_view::npos) {
    std::string_view digits = text.substr(exponent_mark + 1);
    if (digits.front() == '+') digits.remove_prefix(1);
    exponent_fits = std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec == std::errc{};
    if (!exponent_fits) exponent = digits.front() == '-' ? -1 : 1;
  }
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return value = 0, NumberText::number;
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const long long place =
      first < point ? static_cast<long long>(point - first) - 1 : -static_cast<long long>(first - point);
  // The sum exponent + place may leave the range; -place, bounded by the text's length, does not.
  const bool underflow = exponent_fits ? exponent < -place : exponent < 0;
  if (!underflow) return NumberText::out_of_range;
  value = mantissa.front() == '-' ? -0.0 : 0.0;
  return NumberText::number;
}

std::size_t utf8_length(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
  const unsigned lead = byte(i);
  if (lead < 0x80) return 1;
  if (lead >= 0xf5) return 0;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  for (std::size_t k = 1; k < length; ++k)
    if ((byte(i + k) & 0xc0) != 0x80) return 0;
  if ((lead == 0xe0 && byte(i + 1) < 0xa0) || (lead == 0xf0 && byte(i + 1) < 0x90)) return 0;  // overlong
  if (lead == 0xed && byte(i + 1) >= 0xa0) return 0;                                           // surrogates
  if (lead == 0xf4 && byte(i + 1) >= 0x90) return 0;                                           // > U+10FFFF
  return length;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0, length = 0; i < text.size(); i += length)
    if ((length = utf8_length(text, i)) == 0) return false;
  return true;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  std::int64_t exact = 0;
  const char* end = text.data() + text.size();
  if (const auto [stop, status] = std::from_chars(text.data(), end, exact);
      status == std::errc{} && stop == end)
    return exact;
  double scale = 1;
  if (!text.empty()) {
    switch (text.back()) {
      case 'k':
        scale = 1e3;
        break;
      case 'M':
        scale = 1e6;
        break;
      case 'G':
        scale = 1e9;
        break;
      default:
        break;
    }
    if (scale > 1) text.remove_suffix(1);
  }
  double value = 0;
  if (parse_double(text, value) != NumberText::number) return std::nullopt;
  // 1.1 * 1e6 may miss the whole number by a rounding or two.
  const double whole = std::round(value * scale);
  if (!(std::abs(whole) <= 0x1p53)) return std::nullopt;  // beyond, doubles skip whole numbers
  if (std::abs(value * scale - whole) > 0x1p-51 * std::abs(whole)) return std::nullopt;
  return static_cast<std::int64_t>(whole);
}

std::string shortest(double value) {
  char buffer[32];
  const auto [end, status] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, end};
}

std::string rounded(double value, int significant) {
  if (!std::isfinite(value)) return shortest(value);
  char buffer[64];
  const double magnitude = value == 0 ? 0 : std::floor(std::log10(std::abs(value)));
  const bool plain = magnitude >= -4 && magnitude < 9;
  const int decimals = plain ? std::max(0, significant - 1 - static_cast<int>(magnitude)) : significant - 1;
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto [end, status] = std::to_chars(buffer, buffer + sizeof buffer, value, format, decimals);
  return {buffer, end};
}

namespace {

/// Edits (insert, delete, replace, swap of neighbours) between two words, by the usual table of prefixes.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two_back, last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], two_back[j - 2] + 1);
    }
    two_back = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(lower_case(word), lower_case(candidate));
    const bool unlike = distance >= std::max(word.size(), candidate.size());
    if (distance < best_distance && !unlike) best_distance = distance, best = candidate;
  }
  if (best) return best;
  for (const std::string& candidate : candidates)
    if (word.size() >= 3 && candidate.starts_with(word)) return candidate;
  return std::nullopt;
}

namespace {

/// `did you mean "..."?`, or nothing if no candidate is near.
std::optional<std::string> question(std::string_view word, const std::vector<std::string>& candidates) {
  const auto near = nearest(word, candidates);
  if (!near) return std::nullopt;
  return "did you mean " + in_quotes(*near) + "?";
}

}  // namespace

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  return question(word, candidates).value_or("known: " + joined(candidates, ", "));
}

std::string suggestion_with_list(std::string_view word, const std::vector<std::string>& candidates,
                                 std::string_view list) {
  const auto asked = question(word, candidates);
  return (asked ? *asked + " " : "") + std::string(list) + joined(candidates, ", ");
}

}  // namespace fm
