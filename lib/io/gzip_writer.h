// A gzip file as a stream, compressed by all threads: the bytes are cut into blocks of a fixed size, each
// compressed apart with the end of the one before as its dictionary, and put together as one member (the way
// of pigz, M. Adler). Equal content gives equal bytes for any number of threads: the header carries neither a
// time nor a name.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace fm {

class GzipWriter {
 public:
  using Sink = std::function<void(std::string_view)>;

  /// Compressed bytes go to `sink`, on the thread that calls; what it throws goes on to the caller.
  explicit GzipWriter(Sink sink);
  ~GzipWriter();
  GzipWriter(GzipWriter&&) noexcept;

  /// Appends bytes. Memory: four blocks of 128 KiB a thread, one if there is one thread.
  void write(std::string_view bytes);
  /// Sends all bytes so far so that they can be decompressed. Flushes cut blocks, so the file's bytes depend
  /// on where they are.
  void flush();
  /// Sends the rest and ends the file.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fm
