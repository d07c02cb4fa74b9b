// Tables as they are found in the world, which are no part of the repository.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace fm::test {

/// The files of the folder FM_SHARED_DATA, else of ../shared/data beside the repository; none if it is not
/// there.
inline std::vector<std::string> found_tables() {
  namespace fs = std::filesystem;
  const char* const named = std::getenv("FM_SHARED_DATA");
  const fs::path folder = named ? fs::path(named) : fs::path(FM_DATA) / "../../shared/data";
  std::vector<std::string> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().extension() != ".md") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace fm::test
