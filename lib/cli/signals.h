// Signals: by default a tool that is told to end removes its temporary files and ends by that signal. A tool
// that has something to finish first asks for gentle handling: the first signal only sets a flag, the second
// ends at once.
#pragma once

namespace fm {

/// Installs the handler of the signals that end a process; ignores SIGPIPE and SIGXFSZ, so that a closed pipe
/// and a file beyond its allowed size are errors that unwind.
void install_signal_handlers();

/// Which signals are only remembered, the first of them; all others, and a second one, end the process.
enum class Gentle {
  none,
  pause,  ///< SIGUSR1, which asks for a pause as soon as there is something to keep
  all,
};
void handle_signals_gently(Gentle which);

/// The signal that was remembered, 0 for none.
int pending_signal();

/// Ends the process by `signal` with its default action.
[[noreturn]] void end_by_signal(int signal);

/// Gives standard descriptors that were closed at the start a place where any use of them fails, so that no
/// file opened later can take their number.
void guard_standard_descriptors();

}  // namespace fm
