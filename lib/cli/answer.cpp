#include "cli/answer.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace fm {

namespace {

struct Value {
  bool is_truth = false;
  double number = 0;
  bool truth = false;
};
Value number_value(double number) {
  return {false, number, false};
}
Value truth_value(bool truth) {
  return {true, 0, truth};
}

bool starts_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
}
bool continues_name(char c) {
  return starts_name(c) || std::isdigit(static_cast<unsigned char>(c)) || c == '.';
}

/// Recursive descent, a function a level of the grammar.
class Reader {
 public:
  Reader(const std::string& text, const NumberNamed& number_named, const std::vector<std::string>& known)
      : text_(text), number_named_(number_named), known_(known) {}

  bool condition() {
    const Value value = disjunction();
    skip_blanks();
    if (at_ < text_.size()) fail("an operator is missing before " + in_quotes(text_.substr(at_)));
    return truth_of(value);
  }

 private:
  Value disjunction() {
    Value left = conjunction();
    while (take_word("or") || take("||")) {
      const bool first = truth_of(left), second = truth_of(conjunction());
      left = truth_value(first || second);
    }
    return left;
  }

  Value conjunction() {
    Value left = negation();
    while (take_word("and") || take("&&")) {
      const bool first = truth_of(left), second = truth_of(negation());
      left = truth_value(first && second);
    }
    return left;
  }

  Value negation() {
    const Deeper deeper(*this);
    skip_blanks();
    const bool is_unequal = text_.compare(at_, 2, "!=") == 0;
    if (take_word("not") || (!is_unequal && take("!"))) return truth_value(!truth_of(negation()));
    return comparison();
  }

  Value comparison() {
    const Value left = sum();
    for (const std::string_view sign : {"<=", ">=", "==", "!=", "<", ">"}) {
      if (!take(sign)) continue;
      const double a = number_of(left), b = number_of(sum());
      if (sign == "<=") return truth_value(a <= b);
      if (sign == ">=") return truth_value(a >= b);
      if (sign == "==") return truth_value(a == b);
      if (sign == "!=") return truth_value(a != b);
      return truth_value(sign == "<" ? a < b : a > b);
    }
    return left;
  }

  Value sum() {
    Value left = product();
    while (true) {
      const bool plus = take("+");
      if (!plus && !take("-")) return left;
      const double a = number_of(left), b = number_of(product());
      left = finite_value(plus ? a + b : a - b, a, plus ? "+" : "-", b);
    }
  }

  Value product() {
    Value left = factor();
    while (true) {
      const bool times = take("*");
      if (!times && !take("/")) return left;
      const double a = number_of(left), b = number_of(factor());
      left = finite_value(times ? a * b : a / b, a, times ? "*" : "/", b);
    }
  }

  Value factor() {
    const Deeper deeper(*this);
    if (take("-")) return number_value(-number_of(factor()));
    if (take("(")) {
      const Value inside = disjunction();
      if (!take(")")) fail("a \")\" is missing");
      return inside;
    }
    if (at_ == text_.size()) fail("it ends where a number or a name should stand");
    if (text_[at_] == '"') return named(quoted());
    if (const std::size_t length = known_length()) return named(word(length));
    if (starts_name(text_[at_])) return named(word());
    return literal();
  }

  Value named(const std::string& name) { return number_value(number_named_(name)); }

  Value literal() {
    std::size_t end = at_;
    const auto is_exponent_sign = [&](std::size_t k) {
      return k > at_ && (text_[k] == '+' || text_[k] == '-') && (text_[k - 1] == 'e' || text_[k - 1] == 'E');
    };
    while (end < text_.size() && (continues_name(text_[end]) || is_exponent_sign(end))) ++end;
    const std::string piece = text_.substr(at_, end - at_);
    double number = 0;
    if (piece.empty() || parse_double(piece, number) != NumberText::number)
      fail(in_quotes(piece.empty() ? text_.substr(at_, 1) : piece) + " is neither a number nor a name");
    at_ = end;
    return number_value(number);
  }

  /// Of the longest known name that stands here, 0 if none does.
  std::size_t known_length() const {
    std::size_t longest = 0;
    for (const std::string& name : known_) {
      const std::size_t end = at_ + name.size();
      const bool ends = end >= text_.size() || text_[end] == '.' || !continues_name(text_[end]);
      if (ends && text_.compare(at_, name.size(), name) == 0) longest = std::max(longest, name.size());
    }
    return longest;
  }

  /// A name whose first `known` characters need not be those of names.
  std::string word(std::size_t known = 0) {
    const std::size_t begin = at_;
    at_ += known;
    while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  std::string quoted() {
    const std::size_t end = text_.find('"', at_ + 1);
    if (end == std::string::npos) fail("a quote is not closed");
    const std::string name = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return name + (at_ < text_.size() && text_[at_] == '.' ? word() : "");
  }

  void skip_blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool take(std::string_view sign) {
    skip_blanks();
    if (text_.compare(at_, sign.size(), sign) != 0) return false;
    at_ += sign.size();
    return true;
  }
  bool take_word(std::string_view word) {
    skip_blanks();
    const std::size_t end = at_ + word.size();
    if (text_.compare(at_, word.size(), word) != 0 || (end < text_.size() && continues_name(text_[end])))
      return false;
    at_ = end;
    return true;
  }

  bool truth_of(const Value& value) const {
    if (!value.is_truth) fail("a number stands where a comparison should");
    return value.truth;
  }
  double number_of(const Value& value) const {
    if (value.is_truth) fail("a comparison stands where a number should");
    return value.number;
  }

  /// `number`, which `sign` made of a and b.
  Value finite_value(double number, double a, const char* sign, double b) const {
    if (std::isfinite(a) && std::isfinite(b) && !std::isfinite(number))
      throw usage_error("condition-number",
                        in_quotes(text_) + ": " + shortest(a) + " " + sign + " " + shortest(b) +
                            " is not a finite number, so nothing can be said of it",
                        "a condition such as 'w2 > 3 * floor' needs no quotient");
    return number_value(number);
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw usage_error("condition", in_quotes(text_) + ": " + why,
                      "a condition reads like 'w2 > 1.2 * floor and p < 0.01'");
  }

  /// Bounds how deep brackets and signs nest, and so the stack.
  struct Deeper {
    explicit Deeper(Reader& reader) : reader_(reader) {
      if (++reader_.depth_ > 200) reader_.fail("it nests more than 200 deep");
    }
    ~Deeper() { --reader_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    Reader& reader_;
  };

  const std::string& text_;
  const NumberNamed& number_named_;
  const std::vector<std::string>& known_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

bool holds(const std::string& condition, const NumberNamed& number_named,
           const std::vector<std::string>& known) {
  return Reader(condition, number_named, known).condition();
}

}  // namespace fm
