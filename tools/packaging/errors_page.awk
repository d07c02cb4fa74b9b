# flowmatch-errors(7) from the list that errors.sh makes, in order of ids.
function roff(text) {
  gsub(/\\/, "\\e", text)
  gsub(/-/, "\\-", text)
  return text ~ /^[.']/ ? "\\&" text : text
}
function end_entry(   codes) {
  if (id == "") return
  sub(/^, /, "", exits)
  sub(/, /, " or ", exits)
  print ".TP\n\\fB" roff(id) "\\fR" (exits == "" ? "" : " (exit " exits ")")
  if (messages == "") messages = ".br\nsaid in words of its own each time\n"
  sub(/^\.br\n/, "", messages)
  printf "%s.br\n\\fICure:\\fR %s\n", messages, cures
}
BEGIN {
  print ".TH FLOWMATCH\\-ERRORS 7 \"\" \"flowmatch " version "\" \"flowmatch\"\n.ad l\n.nh"
  print ".SH NAME\nflowmatch\\-errors \\- every error of the programs, with its meaning and its cure"
  print ".SH DESCRIPTION\nAn error is a line on standard error,"
  print ".PP\n.EX"
  print "    fm\\-train: data.csv:17:9: error: \"1,5\" is not a number (column \"y\") [csv\\-number]\n.EE\n.PP"
  print "with the file, line and byte column where they are known, and an id in brackets, which stays the same"
  print "between versions; a line \"hint:\" says how to mend it. This page, made from the sources, has every id, the"
  print "exit code of a program that ends by it, its messages, where ... stands for what the case at hand is, and its"
  print "hints, or a cure where none is given."
  print ".SH ERRORS"
}
$1 != id { end_entry(); id = $1; exits = messages = cures = "" }
$2 == "exit" { exits = exits ", " $3 }
$2 == "message" { messages = messages ".br\n" roff($3) "\n" }
$2 == "hint" || $2 == "cure" { cures = cures (cures == "" ? "" : "; or: ") roff($3) }
END { end_entry(); print ".SH SEE ALSO\n\\fBfm\\-train\\fR(1), and the other programs" }
