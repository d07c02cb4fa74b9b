// The table of one instruction set, from all the kernels. Included once by each kernels_<instruction
// set>.cpp.
#pragma once

#include "nn/kernels_gradient.h"
#include "nn/kernels_updates.h"

namespace fm {
namespace {

template <class T>
constexpr Kernels<T> table = {.affine = affine<T>,
                              .activated = activated_affine<T>,
                              .tangent = tangent<T>,
                              .backward_input = backward_input<T>,
                              .backward_transposed = backward_transposed<T>,
                              .transpose_weights = transpose_weights<T>,
                              .gradient_part = gradient_part<T>,
                              .activate = activate<T>,
                              .adam = adam<T>,
                              .all_finite = all_finite<T>,
                              .update_average = update_average<T>};

}  // namespace
}  // namespace fm
