// The kernels of the instruction set in use.
#pragma once

#include "core/instruction_set.h"
#include "nn/kernels.h"

namespace fm {

/// Of instruction_set(); T is float or double.
template <class T>
const Kernels<T>& kernels();

}  // namespace fm
