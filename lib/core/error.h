// What can go wrong, as one exception type that carries everything a user needs to mend it:
// where, what, a stable id, and a hint that works. The library throws; only the `cli` floor prints.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

namespace fm {

/// What is at fault; `cli` maps each kind to one exit code.
enum class ErrorKind {
  usage,    ///< options that contradict each other or are out of range
  data,     ///< input rows
  model,    ///< a model file
  io,       ///< reading or writing failed
  numeric,  ///< a computation left the finite numbers or did not converge
  limit,    ///< memory or a declared limit
};

/// Where in a file: physical line and byte column count from 1; 0 means "not known". "-" is standard input.
struct Place {
  std::string file;
  std::int64_t line = 0;
  std::int64_t column = 0;
};

/// One line of an error: "PLACE: error: MESSAGE [ID]".
struct Problem {
  std::string id;       ///< stable, kebab-case, e.g. "csv-number"
  std::string message;  ///< one line, control characters already escaped
  Place place = {};
};

/// Thrown by every floor. Holds one problem or more (a reader collects up to `max_problems`) and one hint.
class Error : public std::exception {
 public:
  static constexpr int max_problems = 10;

  Error(ErrorKind kind, std::vector<Problem> problems, std::string hint = {});
  Error(ErrorKind kind, std::string id, std::string message, std::string hint = {}, Place place = {});

  ErrorKind kind() const { return kind_; }
  const std::vector<Problem>& problems() const { return problems_; }
  const std::string& hint() const { return hint_; }
  /// Id of the first problem.
  const std::string& id() const { return problems_.front().id; }
  /// The first problem's message.
  const char* what() const noexcept override { return problems_.front().message.c_str(); }

 private:
  ErrorKind kind_;
  std::vector<Problem> problems_;
  std::string hint_;
};

// One short spelling for each kind.
Error usage_error(std::string id, std::string message, std::string hint = {});
Error data_error(std::string id, std::string message, Place place = {}, std::string hint = {});
Error model_error(std::string id, std::string message, Place place = {}, std::string hint = {});
Error io_error(std::string id, std::string message, Place place = {}, std::string hint = {});
Error numeric_error(std::string id, std::string message, std::string hint = {});
Error limit_error(std::string id, std::string message, Place place = {}, std::string hint = {});

/// `text` fit for one line of a terminal: control characters and invalid UTF-8 shown as \xNN, cut with an
/// ellipsis after `max_bytes`.
std::string escaped(const std::string& text, std::size_t max_bytes);

/// The same in double quotes.
std::string in_quotes(const std::string& text, std::size_t max_bytes = 60);

}  // namespace fm
