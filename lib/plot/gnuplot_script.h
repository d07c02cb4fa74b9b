// A picture as a script for gnuplot 5.2 or later, complete in itself: the numbers stand in data blocks of the
// script, and the picture goes to gnuplot's standard output. No text of a user is ever code: labels are
// single-quoted strings, in which gnuplot knows no escapes, no `commands` and no @macros, and enhanced text
// is off.
#pragma once

#include <optional>
#include <string>

#include "plot/picture.h"

namespace fm {

enum class FileFormat { svg, png, pdf, gif };

/// By the ending of `path`, in any case; nullopt for others.
std::optional<FileFormat> file_format(const std::string& path);

/// Size of the page: CSS pixels in SVG and GIF, points of 1/72 inch in PDF; PNG has two pixels a unit.
struct PageSize {
  int width = 0, height = 0;
};

/// A size at which a panel of `picture` is about as large as a figure in a column of text.
PageSize natural_size(const Picture& picture);

/// `text` as a gnuplot string: single-quoted, with the typographic apostrophe for every single quote, so that
/// none can end it (gnuplot 5.4 loses count of doubled ones); bytes that are no valid UTF-8 and control
/// characters become
/// "?", and what is longer than 48 characters is cut with an ellipsis.
std::string gnuplot_string(const std::string& text);

/// The script. Several frames make an animation in GIF, at about 12 frames a second with the last one held;
/// other formats need exactly one.
std::string gnuplot_script(const Frames& frames, FileFormat format, PageSize size);

}  // namespace fm
