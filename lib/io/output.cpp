#include "io/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "io/descriptor.h"
#include "io/gzip_writer.h"
#include "io/temporary_file.h"

namespace fm {

namespace {

constexpr std::size_t block_bytes = 256 << 10;  // several times a pipe's 64 KiB; stays in the L2 cache
constexpr int max_links = 40;                   // as in Linux, MAXSYMLINKS

/// Where the chain of symbolic links from `path` ends; that file need not exist.
std::string followed(std::string path, const std::string& name) {
  for (int links = 0;; ++links) {
    std::error_code not_a_link;
    const std::filesystem::path here = path;
    const std::filesystem::path next = std::filesystem::read_symlink(here, not_a_link);
    if (not_a_link) return path;
    if (links == max_links) throw_io_error("open", "write", name, ELOOP);
    path = (here.parent_path() / next).string();
  }
}

/// The number N if `path` is a name of the open descriptor N: /dev/fd/N, /proc/self/fd/N, /dev/stdout,
/// /dev/stderr. Opening such a name anew would lose the position, and with it what `>>` preserves.
std::optional<int> named_descriptor(const std::string& path) {
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (path.rfind(folder, 0) != 0) continue;
    const std::string number = path.substr(folder.size());
    if (number.empty() || number.size() > 4 || number.find_first_not_of("0123456789") != std::string::npos)
      continue;
    return std::stoi(number);
  }
  return std::nullopt;
}

}  // namespace

struct Output::State {
  std::string name;
  bool clobber = true;
  OutputMode kind = OutputMode::whole;
  std::optional<TemporaryFile> temporary;
  int straight = -1;  // descriptor of what is written without a temporary file
  std::optional<GzipWriter> gzip;
  std::string buffer;
  std::int64_t start = -1;  // of what is written, in its file; -1: not to be gone back to
  std::string at_start;     // takes the place of the first bytes at last

  ~State() {
    if (straight >= 0) ::close(straight);
  }

  void open() {
    if (name == "-")
      straight = duplicate_writable(STDOUT_FILENO, name);
    else if (const auto number = named_descriptor(name))
      straight = duplicate_writable(*number, name);
    else
      open_path();
    if (lower_case(name).ends_with(".gz")) gzip.emplace([this](std::string_view bytes) { send(bytes); });
    buffer.reserve(block_bytes);
    start = changeable_from();
  }

  /// Where the first byte goes, if it could be changed later; else -1.
  std::int64_t changeable_from() const {
    if (gzip) return -1;
    if (temporary) return 0;
    struct stat status = {};
    const bool file = ::fstat(straight, &status) == 0 && S_ISREG(status.st_mode);
    const bool appends = (::fcntl(straight, F_GETFL) & O_APPEND) != 0;
    return file && !appends ? ::lseek(straight, 0, SEEK_CUR) : -1;
  }

  int descriptor() const { return temporary ? temporary->descriptor() : straight; }

  void open_path() {
    struct stat status = {};
    const bool exists = ::stat(name.c_str(), &status) == 0;
    if ((exists && S_ISDIR(status.st_mode)) || name.ends_with('/'))
      throw io_error("directory", "cannot write " + in_quotes(name) + ": it is a folder", {name},
                     "name a file inside it");
    if (kind != OutputMode::whole || (exists && !S_ISREG(status.st_mode))) {
      const int create = kind == OutputMode::growing     ? O_CREAT | O_TRUNC
                         : kind == OutputMode::continued ? O_CREAT | O_APPEND
                                                         : 0;
      straight = ::open(name.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | create, 0666);
      if (straight < 0) throw_io_error("open", "write", name, errno);
      return;
    }
    if (exists && !clobber) throw_output_exists(name);
    temporary.emplace(followed(name, name), name);
  }

  void send(std::string_view bytes) { write_all(descriptor(), bytes, name); }

  void pass_on(std::string_view bytes) {
    if (gzip)
      gzip->write(bytes);
    else
      send(bytes);
  }

  void empty_buffer() {
    pass_on(buffer);
    buffer.clear();
  }
};

Output::Output(const std::string& path, bool clobber) : state_(std::make_unique<State>()) {
  state_->name = path;
  state_->clobber = clobber;
  state_->open();
}

Output::Output(const std::string& path, OutputMode mode) : state_(std::make_unique<State>()) {
  state_->name = path.empty() ? "-" : path;
  state_->kind = mode;
  state_->open();
}

Output::~Output() = default;
Output::Output(Output&&) noexcept = default;

void Output::write(std::string_view bytes) {
  State& s = *state_;
  if (s.buffer.size() + bytes.size() > block_bytes) s.empty_buffer();
  if (bytes.size() > block_bytes)
    s.pass_on(bytes);
  else
    s.buffer.append(bytes);
}

void Output::replace_start(std::string_view bytes) {
  if (state_->start < 0)
    throw usage_error("output-start",
                      "cannot write " + in_quotes(name()) +
                          ": its first bytes count its rows, and are known last, when they cannot be changed",
                      "name a file that is not compressed, or write text: -f csv");
  state_->at_start = bytes;
}

void Output::flush() {
  state_->empty_buffer();
  if (state_->gzip) state_->gzip->flush();
}

void Output::commit() {
  State& s = *state_;
  s.empty_buffer();
  if (s.gzip) s.gzip->finish();
  write_all_at(s.descriptor(), s.at_start, s.start, s.name);
  if (s.temporary)
    s.temporary->replace_target(s.clobber);
  else
    close_checked(s.straight, s.name);
}

const std::string& Output::name() const {
  return state_->name;
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat first = {}, second = {};
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

void write_file(const std::string& path, std::string_view bytes) {
  Output output(path);
  output.write(bytes);
  output.commit();
}

}  // namespace fm
