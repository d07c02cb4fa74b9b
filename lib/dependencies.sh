#!/bin/sh
# Installs the Debian and Ubuntu packages of lib/dependencies.cmake and of the build that are missing.
# Says what it runs; runs nothing when nothing is missing. With FM_NO_INSTALL=1, or without the right to install,
# prints the line to run and fails.
set -eu

# A program may come from anywhere: what counts is the command. COMMAND:PACKAGE
programs="cmake:cmake ninja:ninja-build ccache:ccache gnuplot:gnuplot-nox"
libraries="libeigen3-dev nlohmann-json3-dev libcli11-dev doctest-dev zlib1g-dev librandom123-dev libbenchmark-dev"

if ! command -v dpkg-query >/dev/null; then
  command -v cmake >/dev/null || { echo "deps: not a Debian system: please install cmake" >&2; exit 1; }
  echo "deps: not a Debian system: libraries that it lacks will be downloaded"
  exit 0
fi

missing=
for program in $programs; do
  command -v "${program%%:*}" >/dev/null || missing="$missing ${program##*:}"
done
for library in $libraries; do
  case " $(dpkg-query -W -f '${db:Status-Status} ' "$library" 2>/dev/null)" in
    *" installed "*) ;;
    *) missing="$missing $library" ;;
  esac
done
[ -n "$missing" ] || exit 0

install="apt-get install --yes --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root="sudo "
else
  as_root=none
fi
if [ "${FM_NO_INSTALL:-0}" = 1 ] || [ "$as_root" = none ]; then
  echo "deps: missing:$missing; please run as root:" >&2
  echo "$install"
  exit 1
fi

run() {
  echo "deps: $as_root$*"
  $as_root env DEBIAN_FRONTEND=noninteractive "$@"
}
# The list of packages may be empty, or so old that it names files that are gone.
apt-cache show $missing >/dev/null 2>&1 || run apt-get update
run $install || { run apt-get update && run $install; }
