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
                              .backward_parameters = backward_parameters<T>,
                              .activate = activate,
                              .adam = adam<T>,
                              .update_average = update_average<T>};

}  // namespace
}  // namespace fm
