// The inner loops of the exact solver in single precision, compiled once an instruction set and chosen at run
// time: eight rows at once over all columns. What decides between two columns is the same on every
// instruction set: sums and products are not fused, ties go to the lowest column.
//
// A column's offset takes the place of its price with the sign turned, and the value of a row and a column
// is, up to what is the same for the whole row, its cost less the column's price:
//   in the plane   (offset_j - slope_0 y_0j) - slope_1 y_1j,   slope = 2 x of the row, offset_j = |y_j|^2 -
//   price_j, from a matrix  cost_j + offset_j.
#pragma once

#include <cstdint>

#include "core/instruction_set.h"

namespace fm {

/// Rows at once. Fewer are filled up with any of them.
constexpr int row_group = 8;
/// Columns whose numbers are equal modulo this are a class.
constexpr int column_classes = 16;

/// What the values of eight rows are made of.
struct RowGroup {
  float slope[2][row_group];     ///< in the plane
  const float* cost[row_group];  ///< from a matrix, (count) each
};
/// What they share; each (count), a multiple of 64.
struct ColumnValues {
  const float *y[2], *offset;
  std::int64_t count;
};

/// The two smallest values of a row and the column of the first.
struct SingleBestTwo {
  float best, second;
  std::int32_t column;
};

/// A search that has reached `count` rows at `floor`, where a column of value z is at max(floor, z + base);
/// the others repeat one of them.
struct Reach {
  int count;
  float base[row_group], floor[row_group];
  std::int32_t row[row_group];
};
/// Of each class of columns the nearest that is to be looked at; infinite if there is none.
struct NearestOfClasses {
  float distance[column_classes];
  std::int32_t column[column_classes];
};

/// `plane` tells which values are meant.
struct SingleKernels {
  void (*best_two)(const RowGroup& rows, const ColumnValues& columns, bool plane, SingleBestTwo* found);
  /// Where a row is nearer than distance_j (count), that falls and previous_j (count) becomes the row, the
  /// first of equal ones. The nearest are found among columns with distance_j < looked_at_j (count).
  void (*reach)(const RowGroup& rows, const ColumnValues& columns, bool plane, const Reach& from,
                const float* looked_at, float* distance, std::int32_t* previous, NearestOfClasses* nearest);
  /// Bits (count / 32) of the columns whose value for the first row is at most `limit`.
  void (*near)(const RowGroup& rows, const ColumnValues& columns, bool plane, float limit,
               std::uint32_t* bits);
};

extern const SingleKernels portable_single_scan, avx2_single_scan, avx512_single_scan;

/// Those of an instruction set of this processor.
const SingleKernels& single_kernels(InstructionSet set = instruction_set());

}  // namespace fm
