// What files of ours in the safetensors format have in common: a format and its version, descriptions in
// JSON, and one way to say what is wrong with them.
#pragma once

#include <string>

#include "core/error.h"
#include "core/json.h"
#include "io/safetensors.h"

namespace fm {

/// A kind of file.
struct FileKind {
  const char* noun;     ///< in messages and at the head of error ids: "model" for "model-format"
  const char* format;   ///< metadata "format"
  const char* version;  ///< metadata "format_version", the only one that is read
};

/// Reads parts of `file`, which is shown as `name` in messages; both must outlive this. With NOUN the kind's,
/// faults are model errors "NOUN-format", "NOUN-version" and "NOUN-metadata".
class FileParts {
 public:
  /// Throws if the file is of another kind or version.
  FileParts(const FileKind& kind, const TensorFile& file, const std::string& name);

  const std::string& metadata(const std::string& key) const;
  Json json(const std::string& key) const;
  /// Reads `json`, that of `key` or a part of it, into a described struct.
  template <Described T>
  void read(const Json& json, const std::string& key, T& value) const {
    try {
      from_json(json, value);
    } catch (const Error& error) {
      fail("metadata", "its " + key + ": " + error.what());
    }
  }
  /// Throws the model error "NOUN-PART".
  [[noreturn]] void fail(const std::string& part, const std::string& message) const;

 private:
  FileKind kind_;
  const TensorFile& file_;
  const std::string& name_;
};

}  // namespace fm
