// Signals: by default a tool that is told to end removes its temporary files and ends by that signal. A tool
// that has something to finish first asks for gentle handling: the first signal only sets a flag, the second
// ends at once.
#pragma once

namespace fm {

/// Installs the handlers of SIGINT, SIGTERM and SIGHUP; ignores SIGPIPE, so that a closed pipe is an error
/// that unwinds.
void install_signal_handlers();

/// From now on the first signal is only remembered.
void handle_signals_gently();

/// The signal that was remembered, 0 for none.
int pending_signal();

/// Ends the process by `signal` with its default action.
[[noreturn]] void end_by_signal(int signal);

/// Gives standard descriptors that were closed at the start a place where any use of them fails, so that no
/// file opened later can take their number.
void guard_standard_descriptors();

}  // namespace fm
