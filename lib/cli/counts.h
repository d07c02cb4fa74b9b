// Counting options: shards of a run of rows, and intervals and lists of times.
#pragma once

#include <string>
#include <tuple>
#include <utility>

#include "core/fields.h"
#include "core/types.h"

namespace fm {

struct ShardOptions {
  std::string shard = "1/1";

  static constexpr auto fields() {
    return std::tuple{field("shard", &ShardOptions::shard,
                            "part K of N of the rows; the parts of all K put together are the whole")
                          .shown_as("K/N")
                          .unstored()
                          .in("Running")};
  }
};

/// Rows [begin, end) of the whole; only the first shard writes a header.
struct RowRange {
  Index begin = 0;
  Index end = 0;
  bool first_shard = true;
};

/// Rows of shard "K/N" out of `total`. Throws usage error "shard".
RowRange shard_rows(const std::string& shard, Index total);

/// "T0:T1" as two times in [0, 1], different from each other. Throws usage error "times".
std::pair<double, double> parse_interval(const std::string& text);

/// "0:1:0.05" (start, end, step; both ends included) or "0,0.5,1" as times in [0, 1], strictly rising or
/// falling. Throws usage error "times".
Vector parse_times(const std::string& text);

}  // namespace fm
