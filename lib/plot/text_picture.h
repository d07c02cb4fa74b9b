// A picture as text: dots of Braille characters (2 x 4 a character), shades for densities, axes with their
// ends. Several series in one panel differ by colour, or without colours by the letter of the one that has
// most of its dots in a character's place.
#pragma once

#include <string>

#include "plot/picture.h"

namespace fm {

struct TextSize {
  int width = 80, height = 24;  ///< characters of the whole, its line breaks not counted
};

/// Lines of at most size.width characters (but for labels longer than that), without blanks at their ends.
/// `colour`: with escape codes of the 256-colour terminal. Panels that would become smaller than 16 x 6 grow
/// the height.
std::string text_picture(const Picture& picture, TextSize size, bool colour);

}  // namespace fm
