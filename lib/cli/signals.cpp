#include "cli/signals.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "io/output.h"

namespace fm {

namespace {

// A signal may come to any thread.
std::atomic<Gentle> gentle = Gentle::none;
std::atomic<int> pending = 0;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<Gentle>::is_always_lock_free,
              "a signal handler may not wait for a lock");

extern "C" void on_signal(int signal) {
  const Gentle which = gentle;
  int none = 0;
  if ((which == Gentle::all || (which == Gentle::pause && signal == SIGUSR1)) &&
      pending.compare_exchange_strong(none, signal))
    return;
  remove_temporaries();
  end_by_signal(signal);
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;  // a signal that is only remembered breaks off no reading
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU}) {
    struct sigaction old = {};
    sigaction(signal, nullptr, &old);
    if (old.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);  // nohup stays in force
  }
  // Closed pipes, and files beyond the size that is allowed, are failed writes with a message.
  action.sa_handler = SIG_IGN;
  for (const int signal : {SIGPIPE, SIGXFSZ}) sigaction(signal, &action, nullptr);
}

void handle_signals_gently(Gentle which) {
  gentle = which;
}

int pending_signal() {
  return pending;
}

void end_by_signal(int signal) {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, signal);
  sigprocmask(SIG_UNBLOCK, &mask, nullptr);
  raise(signal);
  _exit(128 + signal);  // not reached: the default action of these signals ends the process
}

void guard_standard_descriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest free number is the closed one. Standard input becomes write-only, the outputs read-only.
    const int opened = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
    if (opened != descriptor) _exit(5);
  }
}

}  // namespace fm
