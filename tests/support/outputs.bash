# outputs.bash: runs with a configuration that has `outputs:` to a bucket and to a folder.
source "$(dirname "${BASH_SOURCE[0]}")/bucket_runs.bash"
export WORK

# outputs_up TABLES: the bucket lake with files of most kinds ($FILES) and so many small tables in small/; the bucket
# out; $WORK/weir.yaml.
outputs_up() {
  local i
  aws_up
  FILES=$WORK/files
  mkdir "$FILES" "$WORK/small"
  cp -r "$ROOT/test_data/"{broken,lake,logger,met} "$FILES"
  for ((i = 1; i <= $1; i++)); do
    printf 'time,t\n2024-06-03T00:00:00Z,%d\n2024-06-03T00:00:01Z,%d\n' "$i" $((i * i)) >"$WORK/small/table_$i.csv"
  done
  export FILES
  outputs_python fill >/dev/null || fail "no buckets"
  cat >"$WORK/weir.yaml" <<'YAML'
outputs:
  - to: s3://out/r/
  - to: s3://out/f-
    what: files
    key: "{bucket}/{key}/{unit}"
    where: "state = done"
  - to: local
    key: "{pipeline}/{first_time:%Y/%m}/{stem}.{work_key}"
    where: "n > 2"
YAML
  export WEIR_CONFIG=$WORK/weir.yaml
}

# outputs_ask OUT QUESTION...: tests/aws/run_outputs.py; $ANSWERS has a line for each.
outputs_python() { PYTHONPATH=$SUPPORT "$AWS_PYTHON" "$ROOT/tests/aws/run_outputs.py" "$@"; }
outputs_ask() {
  ANSWERS=$(outputs_python "$1" "$WORK/local" "${@:2}") || { cat "$1.stderr" >&2; fail "other outputs"; }
}
