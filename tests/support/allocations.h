// How often a test program has asked for memory.
#pragma once

namespace fm {

/// Calls so far, in all threads, of operator new and of malloc and its kin, which Eigen uses. A program that
/// calls this has these functions replaced by counting ones; sanitizers keep malloc to themselves, and only
/// operator new is counted.
long allocations();

}  // namespace fm
