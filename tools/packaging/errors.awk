# Every error of the sources: where a literal id is followed by a message and perhaps a hint, as
#   ID <tab> KIND <tab> message or hint or nothing <tab> TEXT
# in the order of the files, and for the exit code of each kind
#   KIND <tab> <tab> status <tab> CODE
# What is computed at run time is shown as "..."; an id put together at run time keeps its literal part ("*-version").
# KIND is that of ErrorKind, "" where the place does not say it.
#   errors.awk FILE.cpp FILE.h ...

# Tokens of one file: literals with their quotes, words, signs; comments are left out.
function tokenise(line) {
  while (line != "") {
    if (match(line, /^[ \t]+/)) { line = substr(line, RLENGTH + 1); continue }
    if (line ~ /^\/\//) return
    if (!match(line, /^("([^"\\]|\\.)*"|'([^'\\]|\\.)*'|[A-Za-z_0-9]+|::|->)/)) RLENGTH = 1
    token[++tokens] = substr(line, 1, RLENGTH)
    line = substr(line, RLENGTH + 1)
  }
}
function is_literal(at) { return token[at] ~ /^"/ }
function opens(at) { return token[at] ~ /^[({[]$/ }
function closes(at) { return token[at] ~ /^[)}\]]$/ }
function is_id(at) { return token[at] ~ /^"[a-z0-9]+(-[a-z0-9]+)+"$/ && token[at] !~ /^"fm-/ }
function is_thrower(at) {
  return token[at] ~ /^(throw_)?(usage|data|model|io|numeric|limit)_error$/ && token[at + 1] == "("
}
function kind_of(thrower) { sub(/^throw_/, "", thrower); sub(/_error$/, "", thrower); return thrower }

# The first token at depth 0 from `at` on that is one of `signs`, or the bracket that closes around `at`.
function find(at, end, signs,   depth) {
  for (; at <= end; ++at) {
    if (depth == 0 && (closes(at) || index(signs, " " token[at] " "))) return at
    depth += opens(at) - closes(at)
  }
  return end + 1
}

function plain(literal) {
  literal = substr(literal, 2, length(literal) - 2)
  gsub(/\\"/, "\"", literal)
  gsub(/\\[nrt]/, " ", literal)
  gsub(/\\\\/, "\\", literal)
  return literal
}
function with_gap(text) { return text ~ /\.\.\.$/ ? text : text "..." }
function is_sentence(text) { return text ~ /[a-z].* |[a-z]\.\.\./ }

# Tokens from `at` to `end`, an expression, as a reader of the message sees it.
function shown(at, end,   question, colon, close_at, out, inner, word, first, second) {
  question = find(at, end, " ? ")
  if (question <= end) {
    colon = find(question + 1, end, " : ")
    first = shown(question + 1, colon - 1)
    second = shown(colon + 1, end)
    return first == "" || second == "" || first == second ? first second : first " / " second
  }
  out = ""
  for (; at <= end; ++at) {
    if (is_literal(at)) { out = out plain(token[at]); word = ""; continue }
    if (opens(at)) {
      close_at = find(at + 1, end, " ")
      if (word == "" || word == "string") out = out shown(at + 1, close_at - 1)
      else if (word == "in_quotes") out = out "\"...\""
      else {
        inner = shown(at + 1, close_at - 1)
        out = is_sentence(inner) ? out inner : with_gap(out)
      }
      at = close_at
      word = "("
    } else if (token[at] == "+" || token[at] == ",") {
      if (word != "" && word != "(") out = with_gap(out)
      word = ""
    } else if (token[at] !~ /^(std|::|->|\.|\*|&)$/) word = token[at]
  }
  return word == "" || word == "(" ? out : with_gap(out)
}

function file_kind(   at, kinds, kind, seen) {
  for (at = 1; at <= tokens; ++at) {
    kind = ""
    if (is_thrower(at)) kind = kind_of(token[at])
    else if (token[at] == "ErrorKind" && token[at + 1] == "::") kind = token[at + 2]
    if (kind != "" && !(kind in seen)) { seen[kind]; only = kind; ++kinds }
  }
  return kinds == 1 ? only : ""
}

# The arguments from `at` on: the message, which of a thrower is the first and else the first sentence, and the hint,
# the next sentence.
function report(id, kind, at, of_thrower,   stop, text, what) {
  print id "\t" kind "\t\t"
  what = "message"
  for (; !closes(at - 1) && what != ""; at = stop + 1) {
    stop = find(at, tokens, " , ")
    text = shown(at, stop - 1)
    if (is_sentence(text)) print id "\t" kind "\t" what "\t" text
    if (is_sentence(text) || of_thrower && what == "message") what = what == "message" ? "hint" : ""
  }
}

# The ids that the first argument of a thrower, at `at`, can be: literals, or the literal part of what is put together.
function thrown_ids(at, kind,   end, k, id) {
  end = find(at, tokens, " , ")
  if (token[end] != ",") return
  for (k = at; k < end; ++k) {
    if (token[k] ~ /^"[a-z0-9-]+"$/ && token[k - 1] ~ /^[(?:]$/ && token[k + 1] ~ /^[,:]$/)
      report(plain(token[k]), kind, end + 1, 1)
    else if (token[k] ~ /^"-?[a-z0-9-]*-?"$/ && token[k - 1] != "=") id = id plain(token[k])
  }
  if (id == "") return
  if (id ~ /^-/) id = "*" id
  if (id ~ /-$/) id = id "*"
  report(id, kind, end + 1, 1)
}

function read_file(   at, kind, end, own_kind) {
  own_kind = file_kind()
  for (at = 3; at <= tokens; ++at) {
    if (token[at] == "case" && token[at + 1] == "ErrorKind" && token[at + 5] == "return")
      print token[at + 3] "\t\tstatus\t" token[at + 6]
    if (is_thrower(at - 2)) {
      thrown_ids(at, kind_of(token[at - 2]))
      at = find(at, tokens, " , ")
    } else if ((is_id(at) || is_literal(at) && token[at - 4] == "Error") && token[at - 1] ~ /^[({,?:]$/ &&
               token[at + 1] ~ /^[,:]$/) {
      end = find(at + 1, tokens, " , ")
      kind = token[at - 4] == "ErrorKind" ? token[at - 2] : token[at - 5] == "ErrorKind" ? token[at - 3] : own_kind
      if (token[end] == ",") report(plain(token[at]), kind, end + 1)
    }
  }
}
FNR == 1 { if (tokens) read_file(); tokens = 0; delete token }
/^#include/ { next }
{ tokenise($0) }
END { read_file() }
