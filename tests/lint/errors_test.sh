#!/bin/sh
# What errors.sh reads out of sources, and what the lint of its list finds, on a small tree made here.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/lib" "$tree/tools" "$tree/tests/tools"
cat > "$tree/lib/a.cpp" << 'EOF'
// throw usage_error("in-comment", "not an error");
int exit_code(ErrorKind kind) { switch (kind) { case ErrorKind::usage: return 2; } }
void f() {
  throw usage_error("shape", "a \"" + name + "\" of " + in_quotes(shape) + (many ? " shapes" : " shape"),
                    "name, e.g. " + list(shapes));
  throw usage_error(noun + "-size", "too " + size(x, "y"), "take less of it");
  const auto flaw = Flaw{"no-end", "an end " + std::string("is missing"), offset};
}
EOF
sh "$root/tools/packaging/errors.sh" list "$tree" | grep -v '	cure	' > "$tree/list"
cat > "$tree/expected" << 'EOF'
*-size	exit	2
*-size	hint	take less of it
*-size	known	
*-size	message	too ...
no-end	exit	2
no-end	known	
no-end	message	an end is missing
shape	exit	2
shape	hint	name, e.g. ...
shape	known	
shape	message	a "..." of "..." shapes /  shape
EOF
diff "$tree/expected" "$tree/list"

echo 'check_error(shell(folder, "fm-train x"), 2, "never-thrown");' > "$tree/tests/tools/a_test.cpp"
found=$(sh "$root/tests/lint/errors.sh" "$tree" || true)
for line in 'never-thrown: tests or headers speak of it, and the list lacks it' \
            'no-end: no hint, and no cure in cures.txt' 'write: it has a cure and is no error'; do
  echo "$found" | grep -qxF "$line" || { echo "not found: $line"; exit 1; }
done
