// The inner loops of the exact solvers, compiled once an instruction set and chosen at run time.
// They read one row of costs and the prices of all columns; everything else of the solver is scalar. Ties go
// to the lowest column, so that every instruction set gives the same assignment for the same costs.
#pragma once

#include <cstdint>

#include "core/instruction_set.h"

namespace fm {

/// Rows of costs and arrays over columns are padded to a multiple of this many numbers: the widest vector (8
/// doubles) four times over.
constexpr std::int64_t scan_block = 32;

/// The two smallest values of a row and the column of the first.
struct BestTwo {
  double best, second;
  std::int64_t column;
};

/// The smallest value and its column.
struct Nearest {
  double distance;
  std::int64_t column;
};

/// Arrays have `count` numbers, a multiple of scan_block.
struct ScanKernels {
  /// costs_j = sum_d (x_d - y_dj)^2; x (dim), y (dim, count) with each dimension's numbers side by side.
  void (*squared_distances)(const double* x, const double* y, std::int64_t dim, std::int64_t count,
                            double* costs);
  /// costs_j += each * the number of rows k with y_kj != x_k; x (rows), y (rows, count) as above.
  void (*add_class_costs)(const double* x, const double* y, std::int64_t rows, std::int64_t count,
                          double each, double* costs);
  /// Of cost_j - price_j over all columns; a column with price -inf never wins.
  BestTwo (*best_two)(const double* cost, const double* price, std::int64_t count);
  /// Where cost_j - price_j + base < distance_j, that becomes distance_j and `row` previous_j. Returns the
  /// nearest column after that.
  Nearest (*relax)(const double* cost, const double* price, double base, std::int64_t row, std::int64_t count,
                   double* distance, std::int64_t* previous);

  // For columns in blocks of 64 with boxes and prices (priced_blocks.h); `root`: costs are distances, else
  // their squares.

  /// Lower bounds over boxes low, high, slope (dim, count), top (count):
  /// |x + p / 2 - box|^2 - p . (x + p / 4) - top, or |x - box| - top.
  void (*block_bounds)(const double* x, const double* low, const double* high, const double* slope,
                       const double* top, std::int64_t dim, std::int64_t count, bool root, double* bound);
  /// Costs of the columns y (dim, 64) of a block and these less their prices (64), of which `below` has a bit
  /// for each under the limit. Returns the largest price_j - sum_d slope_d y_dj, where slope_d is at slope +
  /// d stride.
  double (*block_costs)(const double* x, const double* y, const double* price, const double* slope,
                        std::int64_t stride, std::int64_t dim, bool root, double limit, double* cost,
                        double* reduced, std::uint64_t* below);
  /// A lower limit under which there are still `count` of these 64 numbers, and hardly more, of which there
  /// are more under `limit`, which is returned where equal numbers allow no other; `below` as above.
  double (*narrow)(const double* reduced, std::int64_t count, double limit, std::uint64_t* below);
  /// Whether offset_j - sum_d x_d y_dj < limit for any of 64 columns; x (dim), y (dim, 64), offset (64). In
  /// single precision, to pass over a block without its costs.
  bool (*any_below)(const float* x, const float* y, const float* offset, std::int64_t dim, float limit);
};

extern const ScanKernels portable_scan, avx2_scan, avx512_scan;

/// Those of an instruction set of this processor.
const ScanKernels& scan_kernels(InstructionSet set = instruction_set());

}  // namespace fm
