// File descriptors whose failures are never overlooked: each of these throws an io error that names the file
// and the system's reason.
#pragma once

#include <string>
#include <string_view>

namespace fm {

/// Throws io error `id`: cannot `action` NAME: the system's text for errno `error`.
[[noreturn]] void throw_io_error(const std::string& id, const std::string& action, const std::string& name,
                                 int error);
/// As above with id "write", or "closed-pipe" for EPIPE.
[[noreturn]] void throw_write_error(const std::string& name, int error);

/// Writes all of `bytes`, however often the system takes only a part, is interrupted or asks to wait.
void write_all(int descriptor, std::string_view bytes, const std::string& name);

/// Waits until the bytes are on the medium, where the file has one.
void sync_descriptor(int descriptor, const std::string& name);

/// Closes and sets `descriptor` to -1. Some file systems report a failed write only here.
void close_checked(int& descriptor, const std::string& name);

/// Another descriptor for the open file `descriptor`, with which it shares the position. Throws io error
/// "write" if it is not open for writing.
int duplicate_writable(int descriptor, const std::string& name);

}  // namespace fm
