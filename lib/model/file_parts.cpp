#include "model/file_parts.h"

namespace fm {

FileParts::FileParts(const FileKind& kind, const TensorFile& file, const std::string& name)
    : kind_(kind), file_(file), name_(name) {
  if (const auto found = file.metadata.find("format");
      found == file.metadata.end() || found->second != kind.format)
    fail("format", std::string("a safetensors file, but no ") + kind.noun + " of flowmatch");
  if (const std::string& version = metadata("format_version"); version != kind.version)
    throw model_error(std::string(kind.noun) + "-version",
                      std::string("the ") + kind.noun + " has format version " + in_quotes(version) +
                          ", this program reads version " + kind.version,
                      {name});
}

const std::string& FileParts::metadata(const std::string& key) const {
  const auto found = file_.metadata.find(key);
  if (found == file_.metadata.end()) fail("metadata", "its metadata lack " + in_quotes(key));
  return found->second;
}

Json FileParts::json(const std::string& key) const {
  try {
    return parse_json(metadata(key), "its " + key, ErrorKind::model);
  } catch (const Error& error) {
    fail("metadata", error.what());
  }
}

void FileParts::fail(const std::string& part, const std::string& message) const {
  throw model_error(std::string(kind_.noun) + "-" + part,
                    std::string("not a usable ") + kind_.noun + ": " + message, {name_});
}

}  // namespace fm
