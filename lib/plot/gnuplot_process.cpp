#include "plot/gnuplot_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "core/error.h"
#include "core/text.h"

extern char** environ;

namespace fm {

namespace {

[[noreturn]] void throw_system(const std::string& action) {
  throw io_error("gnuplot", "cannot " + action + ": " + std::strerror(errno));
}

/// A pipe whose ends close themselves and are not handed to other programs.
struct Pipe {
  int read_end = -1, write_end = -1;

  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw_system("make a pipe to gnuplot");
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

pid_t start_gnuplot(const Pipe& in, const Pipe& out, const Pipe& messages) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read_end, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write_end, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, messages.write_end, STDERR_FILENO);
  posix_spawnattr_t attributes;  // a closed pipe, which we ignore, is to end gnuplot
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  char name[] = "gnuplot", no_defaults[] = "-d";
  char* arguments[] = {name, no_defaults, nullptr};
  pid_t child = -1;
  const int failed = posix_spawnp(&child, name, &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed == 0) return child;
  if (failed == ENOENT || failed == EACCES)
    throw io_error("no-gnuplot", "this picture needs gnuplot, which is not on PATH", {},
                   "install it (Debian, Ubuntu: apt install gnuplot-nox; macOS: brew install gnuplot), or "
                   "leave out -o: pictures in the terminal need nothing");
  errno = failed;
  throw_system("start gnuplot");
}

/// Writes as much of `rest` as the pipe takes and drops that from it; closes the pipe after the last byte, or
/// where gnuplot has stopped reading.
void feed(Pipe& in, std::string_view& rest) {
  const ssize_t count = ::write(in.write_end, rest.data(), rest.size());
  if (count >= 0)
    rest.remove_prefix(static_cast<std::size_t>(count));
  else if (errno == EPIPE)
    rest = {};
  else if (errno != EINTR && errno != EAGAIN)
    throw_system("write to gnuplot");
  if (rest.empty()) Pipe::close_end(in.write_end);
}

/// Appends what the pipe holds; closes it at its end.
void drain(Pipe& pipe, std::string& text) {
  std::array<char, 65536> block;
  const ssize_t count = ::read(pipe.read_end, block.data(), block.size());
  if (count > 0)
    text.append(block.data(), static_cast<std::size_t>(count));
  else if (count == 0)
    Pipe::close_end(pipe.read_end);
  else if (errno != EINTR && errno != EAGAIN)
    throw_system("read from gnuplot");
}

/// The first of gnuplot's messages, which come after lines that quote the script and point into it.
std::string first_message(const std::string& messages) {
  for (const std::string_view line : split(messages, '\n')) {
    const std::string_view text = trimmed(line);
    const std::size_t colon = text.find(": ");
    if (text.starts_with("line ") && colon != std::string_view::npos)
      return escaped(std::string(text.substr(colon + 2)), 200);
  }
  return escaped(std::string(trimmed(messages)), 200);
}

}  // namespace

std::string run_gnuplot(const std::string& script) {
  Pipe in, out, messages;
  const pid_t child = start_gnuplot(in, out, messages);
  Pipe::close_end(in.read_end);
  Pipe::close_end(out.write_end);
  Pipe::close_end(messages.write_end);
  ::fcntl(in.write_end, F_SETFL, O_NONBLOCK);
  std::string_view rest = script;
  std::string picture, told;
  while (out.read_end >= 0 || messages.read_end >= 0) {
    std::array<pollfd, 3> ends = {{{in.write_end, POLLOUT, 0},
                                   {out.read_end, POLLIN, 0},
                                   {messages.read_end, POLLIN, 0}}};  // closed ones, -1, are passed over
    if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) throw_system("wait for gnuplot");
    if (ends[0].revents != 0) feed(in, rest);
    if (ends[1].revents != 0) drain(out, picture);
    if (ends[2].revents != 0) drain(messages, told);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw_system("wait for gnuplot");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || picture.empty())
    throw io_error(
        "gnuplot", "gnuplot failed: " + (told.empty() ? "it drew nothing" : first_message(told)), {},
        "gnuplot 5.2 or later with its svg, cairo and gif terminals is needed; --script prints what "
        "it was given");
  return picture;
}

std::string undated(std::string pdf) {
  const std::string_view key = "/CreationDate (D:", date = "19700101000000";
  const std::size_t at = pdf.rfind(key);
  if (at != std::string::npos && at + key.size() + date.size() <= pdf.size())
    pdf.replace(at + key.size(), date.size(), date);
  return pdf;
}

}  // namespace fm
