#!/bin/sh
# The Debian package: what it depends on, and that it installs and runs in a bare system, a folder that debootstrap made
# (FM_BARE_SYSTEM names one that is there; it is copied).
#   debian.sh BUILD
# Exit 77 (skipped) without the tools or the right to change root.
set -eu
for tool in cpack dpkg-deb dpkg-shlibdeps; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$build" && cpack -G DEB -B "$work/packages") > "$work/log"
programs=$(ls "$work"/packages/flowmatch_*.deb)
library=$(ls "$work"/packages/libflowmatch-dev_*.deb)
dpkg-deb --contents "$programs" > "$work/contents"
for file in usr/bin/fm-train usr/share/man/man1/fm-train.1 usr/share/man/man7/flowmatch-errors.7 \
            usr/share/bash-completion/completions/fm-train usr/share/zsh/vendor-completions/_fm-train \
            usr/share/fish/vendor_completions.d/fm-train.fish usr/share/doc/flowmatch/copyright; do
  grep -q " \./$file$" "$work/contents" || { echo "flowmatch.deb lacks $file"; exit 1; }
done
if grep -E '\.(h|a|cmake|pc)$' "$work/contents"; then echo "files of development among the programs"; exit 1; fi
dpkg-deb --contents "$library" > "$work/library"
grep -q '/flowmatch-config.cmake$' "$work/library"
depends=$(dpkg-deb --field "$programs" Depends)
for needed in $(echo "$depends" | sed 's/([^)]*)//g; s/,/ /g'); do
  case $needed in
    libc6 | libgcc-s1 | libstdc++6 | zlib1g) ;;
    *) echo "flowmatch.deb depends on $needed"; exit 1 ;;
  esac
done

if ! [ "$(id -u)" = 0 ]; then echo "skipped: only root installs in a bare system"; exit 77; fi
if [ -n "${FM_BARE_SYSTEM:-}" ]; then
  cp -a "$FM_BARE_SYSTEM" "$work/bare"
elif command -v debootstrap >/dev/null; then
  . /etc/os-release
  debootstrap --variant=minbase "$VERSION_CODENAME" "$work/bare" > "$work/log" 2>&1 ||
    { echo "skipped: debootstrap found no archive"; tail -n 3 "$work/log"; exit 77; }
else
  echo "skipped: no debootstrap, and FM_BARE_SYSTEM names no bare system"
  exit 77
fi
cp "$programs" "$work/bare/tmp/flowmatch.deb"
chroot "$work/bare" sh -ec '
  dpkg -i /tmp/flowmatch.deb > /dev/null
  cd /tmp
  fm-data moons -n 200 > moons.csv
  fm-train moons.csv --steps 50 -o m.safetensors
  fm-sample -m m.safetensors -n 10 | wc -l
  dpkg -r flowmatch > /dev/null
  [ ! -e /usr/bin/fm-train ]' > "$work/said" 2> "$work/errors" || { cat "$work/said" "$work/errors"; exit 1; }
[ "$(cat "$work/said")" = 11 ]
echo "flowmatch.deb installs, runs and goes again; it depends on: $depends"
