#!/usr/bin/env bash
# install.sh: what `make install` puts where, and that each of it works from there.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
DESTDIR=$WORK cmake --install "${BUILD:?the build directory}" --prefix /usr >"$WORK/log" 2>&1 ||
  { cat "$WORK/log" >&2; fail "cmake --install"; }
usr=$WORK/usr
for file in bin/weir share/man/man1/weir.1 share/bash-completion/completions/weir \
  share/zsh/site-functions/_weir share/doc/weir/README.md share/doc/weir/docs/ledger.md; do
  [ -s "$usr/$file" ] || { cat "$WORK/log" >&2; fail "$file was not installed"; }
done

"$usr/bin/weir" version | grep -q '^weir [0-9]' || fail "the installed program does not run"
"$usr/bin/weir" manual | cmp - "$usr/share/man/man1/weir.1"

# what a reader of the manual sees
read_manual() {
  if command -v mandoc >/dev/null; then
    mandoc -T utf8 "$1"
  elif command -v man >/dev/null; then
    MANPAGER=cat LC_ALL=C.UTF-8 man -l "$1"
  else
    echo "neither man nor mandoc is here: the page is not shown" >&2
    return 1
  fi
}
if read_manual "$usr/share/man/man1/weir.1" >"$WORK/page"; then
  sed 's/.\x08//g' "$WORK/page" >"$WORK/text"
  for heading in NAME SYNOPSIS COMMANDS; do
    grep -q "^$heading" "$WORK/text" || fail "the manual shows no $heading"
  done
fi

bash -n "$usr/share/bash-completion/completions/weir"
(source "$usr/share/bash-completion/completions/weir" && complete -p weir) >/dev/null ||
  fail "bash completion is not registered"
grep -q '^#compdef weir' "$usr/share/zsh/site-functions/_weir" || fail "zsh would not take its completion"
