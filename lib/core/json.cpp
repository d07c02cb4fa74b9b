#include "core/json.h"

#include <set>

namespace fm {

namespace {

constexpr int max_depth = 32;
constexpr std::size_t max_reason_bytes = 200;  // it quotes the text, however long a word is there

/// Finds what nlohmann's parser lets pass: keys given twice and towers of brackets.
class Guard {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > max_depth) throw std::length_error("more than 32 levels deep");
    if (event == Json::parse_event_t::object_start) keys_.emplace_back();
    if (event == Json::parse_event_t::object_end) keys_.pop_back();
    if (event == Json::parse_event_t::key && !keys_.back().insert(parsed.get<std::string>()).second)
      throw std::invalid_argument("key " + in_quotes(parsed.get<std::string>()) + " stands twice");
    return true;
  }

 private:
  std::vector<std::set<std::string>> keys_;
};

/// Of the byte number `byte`, from 1; its file is not known here.
Place place_of(const std::string& text, std::size_t byte) {
  Place place{"", 1, 1};
  for (std::size_t i = 0; i + 1 < byte && i < text.size(); ++i) {
    ++place.column;
    if (text[i] == '\n') ++place.line, place.column = 1;
  }
  return place;
}

}  // namespace

Json parse_json(const std::string& text, const std::string& what, ErrorKind kind) {
  // nlohmann's parser takes a NUL for the end and would pass over what follows.
  if (text.find('\0') != std::string::npos)
    throw Error(kind, "json", what + " is not JSON: it holds a NUL byte");
  try {
    Guard guard;
    return Json::parse(text, [&](int depth, Json::parse_event_t event, Json& parsed) {
      return guard(depth, event, parsed);
    });
  } catch (const Json::parse_error& error) {
    // nlohmann's text starts with an internal code in brackets.
    const std::string message = error.what();
    const std::size_t start = message.find("] ");
    throw Error(kind, "json",
                what + " is not JSON: " +
                    escaped(message.substr(start == std::string::npos ? 0 : start + 2), max_reason_bytes),
                {}, place_of(text, error.byte));
  } catch (const Json::exception& error) {
    throw Error(kind, "json", what + " is not usable JSON: " + escaped(error.what(), max_reason_bytes));
  } catch (const std::logic_error& error) {
    throw Error(kind, "json", what + " is not usable JSON: " + escaped(error.what(), max_reason_bytes));
  }
}

std::string text_of(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

void json_mismatch(const std::string& path, const Json& found, const std::string& wanted) {
  throw usage_error("config-type", (path.empty() ? "the document" : in_quotes(path)) + " must be " + wanted +
                                       ", not " + escaped(text_of(found), 40));
}

}  // namespace fm
