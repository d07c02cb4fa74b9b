// Tables from bytes in memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/table_options.h"

namespace fm::fuzz {

/// What a reading came to.
struct Outcome {
  std::vector<std::string> names;
  std::vector<double> values;  ///< of all rows handed out
  std::string failure;         ///< ids and places of the problems, or "" for none
  bool operator==(const Outcome&) const = default;
};

/// Reads all of `bytes`, so many rows at a time, by so many threads.
Outcome read_table(std::string_view bytes, const ReadOptions& options, int block, int threads);

/// The same by small blocks and by large ones: the outcomes are equal.
void check_table(std::string_view bytes, const ReadOptions& options);

/// Options that the bits of `choice` stand for.
ReadOptions chosen_options(unsigned char choice);

/// Calls read(options, rest) for the options that the first byte chooses; nothing where there is none.
template <class Read>
void with_options(std::string_view bytes, const Read& read) {
  if (!bytes.empty()) read(chosen_options(static_cast<unsigned char>(bytes.front())), bytes.substr(1));
}

}  // namespace fm::fuzz
