// The inner loops of the assignment solver, compiled once an instruction set and chosen at run time.
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
};

extern const ScanKernels portable_scan, avx2_scan, avx512_scan;

/// Those of an instruction set of this processor.
const ScanKernels& scan_kernels(InstructionSet set = instruction_set());

}  // namespace fm
