// File descriptors whose failures are never overlooked: each of these throws an io error that names the file
// and the system's reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fm {

/// Throws io error `id`: cannot `action` NAME: the system's text for errno `error`.
[[noreturn]] void throw_io_error(const std::string& id, const std::string& action, const std::string& name,
                                 int error);
/// As above with id "write", or "closed-pipe" for EPIPE.
[[noreturn]] void throw_write_error(const std::string& name, int error);

/// Opens `path` for reading; "-" is standard input, which is not to be closed. Throws io errors "open", and
/// "directory" for a folder.
int open_for_reading(const std::string& path);

/// Reads between 1 and `size` bytes, however often the system is interrupted or asks to wait; 0 only at the
/// end. Throws io error "read".
std::size_t read_some(int descriptor, void* into, std::size_t size, const std::string& name);

/// Writes all of `bytes`, however often the system takes only a part, is interrupted or asks to wait.
void write_all(int descriptor, std::string_view bytes, const std::string& name);

/// The same over the bytes from `offset` on; the position stays.
void write_all_at(int descriptor, std::string_view bytes, std::int64_t offset, const std::string& name);

/// Waits until the bytes are on the medium, where the file has one.
void sync_descriptor(int descriptor, const std::string& name);

/// Closes and sets `descriptor` to -1. Some file systems report a failed write only here.
void close_checked(int& descriptor, const std::string& name);

/// Another descriptor for the open file `descriptor`, with which it shares the position. Throws io error
/// "write" if it is not open for writing.
int duplicate_writable(int descriptor, const std::string& name);

}  // namespace fm
