// Doubles as the shortest text that reads back the same, for text in bulk.
#pragma once

namespace fm {

/// Bytes that write_shortest() may write at, 25 of them at most as text.
constexpr int shortest_room = 40;

/// Writes what std::to_chars(value) writes, without a precision: of all texts that read back as `value` the
/// shortest, of these the nearest; fixed where that is no longer than scientific. Returns the end of the
/// text; `out` has shortest_room bytes. Source: R. Giulietti, The Schubfach way to render doubles, 2020.
char* write_shortest(char* out, double value);

/// The same, but each digit of a whole number below 2^53 counts: 100000 is not 1e+05. Minus zero keeps its
/// sign.
char* write_decimal(char* out, double value);

}  // namespace fm
