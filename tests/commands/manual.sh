#!/usr/bin/env bash
# manual.sh: the manual and the completions are well-formed and name every option that exists.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
"$WEIR" manual >"$WORK/weir.1"
"$WEIR" completion bash >"$WORK/weir.bash"
"$WEIR" completion zsh >"$WORK/_weir"
bash -n "$WORK/weir.bash"
if command -v zsh >/dev/null; then zsh -n "$WORK/_weir"; fi
if command -v mandoc >/dev/null; then mandoc -T lint -W error "$WORK/weir.1"; fi
for command in run watch work plan explain show files results failures retry export check doctor; do
  grep -q "weir $command" "$WORK/weir.1" || fail "the manual does not name $command"
  "$WEIR" "$command" --help | { grep -oE -- '--[a-z-]+' || true; } | sort -u >"$WORK/options"
  while read -r option; do
    [ "$option" = --help ] && continue
    grep -qF -- "${option//-/\\-}" "$WORK/weir.1" || fail "the manual lacks $option of $command"
    grep -E "^    $command\)" "$WORK/weir.bash" | grep -qF -- "$option" || fail "bash completion lacks $option of $command"
  done <"$WORK/options"
done
# what bash completes
source "$WORK/weir.bash"
COMP_WORDS=(weir ru) COMP_CWORD=1
_weir
[ "${COMPREPLY[*]}" = run ] || fail "completion of 'ru' is '${COMPREPLY[*]}'"
COMP_WORDS=(weir run --ti) COMP_CWORD=2
_weir
[ "${COMPREPLY[*]}" = --timeout ] || fail "completion of '--ti' is '${COMPREPLY[*]}'"
# values and operands that are words; where a file is meant, bash's own completion knows about blanks
COMP_WORDS=(weir files --format n) COMP_CWORD=3
_weir
[ "${COMPREPLY[*]}" = ndjson ] || fail "completion of '--format n' is '${COMPREPLY[*]}'"
COMP_WORDS=(weir export fa) COMP_CWORD=2
_weir
[ "${COMPREPLY[*]}" = failures ] || fail "completion of 'export fa' is '${COMPREPLY[*]}'"
touch "$WORK/a b.csv"
COMP_WORDS=(weir run "$WORK/a") COMP_CWORD=2
_weir || true # nothing of ours
[ "${#COMPREPLY[@]}" = 0 ] || fail "a name with a blank is cut into ${COMPREPLY[*]}"
complete -p weir | grep -q -- '-o default' || fail "bash completes no file names"
# zsh: read by source, it says for which command it is
if command -v zsh >/dev/null; then
  zsh -f -c "compdef() { print \"\$@\"; }; source '$WORK/_weir'" | grep -qx '_weir weir' || fail "source of the zsh completion"
fi
# narrow and wide: no line of the help is longer than the terminal
for columns in 60 100; do
  script -qec "stty cols $columns; '$WEIR' run --help" /dev/null >"$WORK/help" </dev/null || true
  awk -v most="$columns" '{ sub(/\r$/, ""); if (length($0) > most) { print; bad = 1 } } END { exit bad }' "$WORK/help" ||
    fail "help is wider than $columns columns"
done
