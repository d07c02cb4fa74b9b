// gnuplot as a child process: a script goes in at its standard input, a picture comes out at its standard
// output. No shell and no file is between them.
#pragma once

#include <string>

namespace fm {

/// The picture that gnuplot, found on PATH and started without its start-up files (-d), draws from `script`.
/// Throws io errors "no-gnuplot" (it is not there; the hint says how to install it) and "gnuplot" (it failed,
/// with its first message, or drew nothing).
std::string run_gnuplot(const std::string& script);

/// A PDF of cairo without the time of its making, so that equal scripts give equal bytes: the date, which is
/// no part of the picture, becomes the start of 1970.
std::string undated(std::string pdf);

}  // namespace fm
