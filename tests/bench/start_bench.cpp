// From a program's start to its end: each tool with --version, beside a program that does nothing. On the
// clock.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <string>

namespace {

void start(benchmark::State& state, const char* program) {
  std::string name(program), argument("--version");
  char* const arguments[] = {name.data(), argument.data(), nullptr};
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
  int status = 0;
  for (auto _ : state) {
    pid_t child = 0;
    if (posix_spawn(&child, program, &quiet, nullptr, arguments, environ) != 0 ||
        waitpid(child, &status, 0) != child || status != 0) {
      state.SkipWithError("did not run");
      break;
    }
  }
  posix_spawn_file_actions_destroy(&quiet);
}

#define FM_START(label, program) \
  BENCHMARK_CAPTURE(start, label, program)->UseRealTime()->Unit(benchmark::kMillisecond)

FM_START(nothing, "/bin/true");
FM_START(fm_train, FM_PROGRAMS "/fm-train");
FM_START(fm_sample, FM_PROGRAMS "/fm-sample");
FM_START(fm_eval, FM_PROGRAMS "/fm-eval");
FM_START(fm_data, FM_PROGRAMS "/fm-data");

}  // namespace
