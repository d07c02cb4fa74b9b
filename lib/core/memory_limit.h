// How much memory this process may fill, and a limit that turns more into an error instead of an end by the
// system.
#pragma once

#include <cstdint>

namespace fm {

/// Bytes of memory there are for this process: the smaller of the machine's and its cgroup's.
std::int64_t machine_memory();

/// From now on an allocation that takes what this process has asked for above `bytes`, stacks of `threads`
/// threads beside the first not counted, fails with std::bad_alloc. Without effect under sanitizers, whose
/// shadow counts too.
void limit_memory(std::int64_t bytes, int threads);

}  // namespace fm
