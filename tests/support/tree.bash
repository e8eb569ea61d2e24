# tree.bash: which files belong to the project.

# NUL-separated: what git tracks or would track; without git, all but builds and results.
tracked() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard | while IFS= read -rd '' file; do
      if [ -f "$file" ]; then printf '%s\0' "$file"; fi
    done
  else
    find . -path './build*' -prune -o -path ./weir-out -prune -o -type f -printf '%P\0'
  fi
}
