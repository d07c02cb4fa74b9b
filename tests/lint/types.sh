#!/bin/sh
# One name is one type: the library is linked as a whole, so that a second definition of a struct, class, enum or alias
# in the same namespace breaks the one-definition rule, unseen by compiler and linker.
#   types.sh LIB
# Prints NAME: FILE FILE for each name that is defined twice, and fails if there are any. Definitions start their line;
# those in unnamed namespaces and within other types are their own, and specialisations are none.
# An alias may be repeated: compilers compare aliases.
set -eu
find "$1" -name '*.h' -o -name '*.cpp' | sort | xargs awk '
FNR == 1 { depth = unnamed = 0 }
/^namespace {/ { ++unnamed }
/^namespace [a-zA-Z_0-9:]+ {/ { scope[++depth] = $2 }
/^}  \/\/ namespace$/ { --unnamed }
/^}  \/\/ namespace ./ { --depth }
!unnamed && /^(struct|class|enum|union|using) (class )?[A-Za-z_0-9]+( [:={]| final|$)/ {
  name = $2 == "class" ? $3 : $2
  for (i = depth; i > 0; --i) name = scope[i] "::" name
  if (!(name in first)) first[name] = FILENAME
  else if (!($1 == "using" && name in alias)) { print name ": " first[name] " " FILENAME; found = 1 }
  if ($1 == "using") alias[name] = 1
}
END { exit found }'
