#!/usr/bin/env bash
# Measures whole commands against named peers, in turn, in one run: bench/run.sh [isolation|tiny|netcdf4|large|csv|hpl|laz|las|s3|ranges|dynamodb]...
# Data sets are made once in ${BENCH_DIR:-/tmp/weir-bench}; the peers (DuckDB, netCDF4) are put into a
# virtual environment there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dir=${BENCH_DIR:-/tmp/weir-bench}
build=$PWD/build/release
weir=$build/weir
rounds=${BENCH_ROUNDS:-5}
mkdir -p "$dir"
what=${*:-isolation tiny netcdf4 large csv hpl laz las s3 ranges dynamodb}

peers() {
    [ -x "$dir/venv/bin/python" ] || python3 -m venv "$dir/venv"
    "$dir/venv/bin/python" -c 'import numpy, netCDF4, duckdb' 2>/dev/null ||
        "$dir/venv/bin/pip" install -q numpy netCDF4 duckdb
    [ -x "$dir/base_netcdf" ] && [ "$dir/base_netcdf" -nt bench/base_netcdf.c ] ||
        gcc -O3 -march=native bench/base_netcdf.c -o "$dir/base_netcdf" -lnetcdf -lm
}
python() { "$dir/venv/bin/python" "$@"; }
pair() { python3 bench/pair.py "$rounds" "$@"; }
bucket() { # what s3_server is told
    export AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench AWS_REGION=us-east-1 AWS_ENDPOINT_URL=http://127.0.0.1:5099
    "$build/bench/s3_server" 5099 "$@" & server=$!
    trap 'kill $server; rm -rf "${memory:-}"' EXIT
    sleep 0.5
}
fresh() { echo "rm -rf $dir/out && $weir run -q -o $dir/out"; } # each run from an empty ledger

for name in $what; do
    case $name in
    isolation)
        echo "isolation: what a sandboxed child costs a file"
        "$build/bench/isolation"
        ;;
    tiny)
        n=${BENCH_TINY:-100000}
        peers && python bench/data.py tiny "$dir/tiny" "$n"
        mkdir -p "$dir/tenth" && for i in $(seq 0 $((n / 10000 - 1))); do ln -sfn "$dir/tiny/$(printf %03d "$i")" "$dir/tenth/$i"; done
        echo "tiny: $n CSV files of 30 rows; a tenth of them; then the same again with nothing to do"
        rounds=1 pair "all -j 2=$(fresh) -j 2 $dir/tiny"
        rounds=1 pair "a tenth -j 2=$(fresh) -j 2 $dir/tenth"
        $weir run -q -o "$dir/out" "$dir/tiny" || true
        rounds=1 pair "all, done before=$weir run -q -o $dir/out $dir/tiny"
        ;;
    netcdf4)
        peers && python bench/data.py netcdf4 "$dir/netcdf4" 20
        echo "netcdf4: 20 files, deflate + shuffle, $(du -sm "$dir/netcdf4" | cut -f1) MB"
        pair "netCDF-C, one process=$dir/base_netcdf $dir/netcdf4/*.nc" \
            "weir -j 1=$(fresh) -j 1 $dir/netcdf4" "weir -j 2=$(fresh) -j 2 $dir/netcdf4"
        ;;
    large)
        peers && python bench/data.py large "$dir/large" 1
        echo "large: one netCDF-4 file, $(du -sm "$dir/large" | cut -f1) MB (500 MB decoded), read in parts"
        pair "weir -j 1=$(fresh) -j 1 $dir/large" "weir -j 2=$(fresh) -j 2 $dir/large"
        ;;
    csv)
        peers && python bench/data.py csv "$dir/csv" "${BENCH_CSV_MB:-1000}"
        echo "csv: one table, $(du -sm "$dir/csv" | cut -f1) MB, 12 columns"
        pair "DuckDB, 1 thread=$dir/venv/bin/python bench/duckdb_csv.py $dir/csv/table.csv 1" \
            "weir -j 1=$(fresh) -j 1 $dir/csv"
        ;;
    hpl)
        peers && python bench/data.py hpl "$dir/hpl" "${BENCH_HPL_MB:-300}"
        "$dir/venv/bin/python" -c 'import doppy' 2>/dev/null || "$dir/venv/bin/pip" install -q doppy
        echo "hpl: one Halo Photonics stare, $(du -sm "$dir/hpl" | cut -f1) MB, rays of 320 gates"
        pair "doppy and NumPy=$dir/venv/bin/python bench/doppy_hpl.py $dir/hpl/Stare_77_20240601_00.hpl" \
            "weir -j 1=$(fresh) -j 1 $dir/hpl"
        ;;
    laz)
        peers
        python -c 'import laspy, lazrs, laszip' 2>/dev/null || "$dir/venv/bin/pip" install -q 'laspy[lazrs,laszip]'
        python bench/data.py laz "$dir/laz" 5
        for format in 3 7; do
            file=$dir/laz/lines_$format.laz
            echo "laz: 5.7 million points of format $format, $(du -m "$file" | cut -f1) MB; those without statistics only decode"
            peer() { echo "$dir/venv/bin/python bench/laspy_laz.py $file $*"; }
            pair "lazrs=$(peer lazrs)" "laszip=$(peer laszip)" "laz_decode=$build/bench/laz_decode $file"
            pair "lazrs, statistics=$(peer lazrs statistics)" "weir -j 1=$(fresh) -j 1 $file"
            pair "lazrs parallel=$(peer parallel)" "laz_decode, 2 processes=$build/bench/laz_decode $file 2"
            pair "lazrs parallel, statistics=$(peer parallel statistics)" "weir -j 2=$(fresh) -j 2 $file"
        done
        ;;
    las)
        peers
        python -c 'import laspy, lazrs, laszip' 2>/dev/null || "$dir/venv/bin/pip" install -q 'laspy[lazrs,laszip]'
        python bench/data.py laz "$dir/laz" 5
        for format in 3 7; do
            file=$dir/laz/lines_$format.las
            echo "las: 5.7 million points of format $format, $(du -m "$file" | cut -f1) MB, against copying them once"
            pair "cat to /dev/null=cat $file >/dev/null" "weir -j 1=$(fresh) -j 1 $file" "weir -j 2=$(fresh) -j 2 $file"
        done
        ! command -v mbw >/dev/null || mbw -q -n 5 -t0 512 | grep AVG
        ;;
    s3)
        peers
        python -c 'import boto3' 2>/dev/null || "$dir/venv/bin/pip" install -q boto3
        bucket 1000000 100 20
        echo "s3: listing 1,000,000 keys, 20 ms a page"
        rounds=1 pair "boto3=$dir/venv/bin/python bench/boto3_list.py $AWS_ENDPOINT_URL" \
            "weir=rm -rf $dir/out; $weir run -q --include none -o $dir/out s3://bucket/ || [ \$? = 3 ]"
        kill $server
        bucket 400 8388608 10
        memory=$(mktemp -d /dev/shm/weir-bench.XXXXXX)
        for i in $(seq 0 399); do
            printf 'url = "%s/bucket/data/00000/%05d.bin"\noutput = /dev/null\n' "$AWS_ENDPOINT_URL" "$i" >&3
            printf 'url = "%s/bucket/data/00000/%05d.bin"\noutput = %s/%d\n' "$AWS_ENDPOINT_URL" "$i" "$memory" $((i % 64)) >&4
        done 3>"$dir/curl.txt" 4>"$dir/curl_memory.txt"
        echo "s3: fetching 400 objects of 8 MiB that no format recognises, 10 ms each; curl keeps 64 of them in memory, or none"
        pair "curl, 16 at a time=curl -s -Z --parallel-max 16 -K $dir/curl_memory.txt" \
            "curl to /dev/null=curl -s -Z --parallel-max 16 -K $dir/curl.txt" "weir -j 2=$(fresh) -j 2 s3://bucket/"
        rm -r "$memory"
        kill $server
        trap - EXIT
        ;;
    ranges)
        peers && python bench/data.py large "$dir/large" 1
        bucket 1 "$dir/large/profiles_000.nc" 20
        object=s3://bucket/data/00000/00000.bin
        echo "ranges: one netCDF-4 object, $(du -sm "$dir/large" | cut -f1) MB, 20 ms a call; fetched whole, and as it is read"
        for command in explain show; do
            pair "$command=$weir $command $object" "$command --ranges=$weir $command --ranges $object"
            "$weir" "$command" --ranges $object 2>&1 >/dev/null | sed 's/^weir: /  /'
        done
        pair "run -j 2=$(fresh) -j 2 $object" "run -j 2 --ranges=$(fresh) -j 2 --ranges $object"
        kill $server
        trap - EXIT
        ;;
    dynamodb)
        n=${BENCH_TABLE:-500} aws=$(bash tests/support/venv.sh)
        peers && python bench/data.py tiny "$dir/table" "$n"
        rm -rf "$dir/table-out" && $weir run -q -o "$dir/table-out" "$dir/table"
        export AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
        rm -f "$dir/emulator.port" "$dir/gate.port"
        "$aws" tests/support/emulator.py >"$dir/emulator.port" & emulator=$!
        until [ -s "$dir/emulator.port" ]; do sleep 0.1; done
        port=$(cat "$dir/emulator.port")
        python3 tests/support/gate.py --upstream "127.0.0.1:$port" --key bench:bench >"$dir/gate.port" & gate=$!
        trap 'kill $emulator $gate' EXIT
        until [ -s "$dir/gate.port" ]; do sleep 0.1; done
        gate_url=http://127.0.0.1:$(cat "$dir/gate.port")
        late='{"match": "DynamoDB", "times": -1, "delay_s": 0.01}'
        curl -s -d "$late" "$gate_url/__gate/faults" >/dev/null
        rows=$("$aws" -c 'import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute("SELECT (SELECT count(*) FROM files) + (SELECT count(*) FROM variables)").fetchone())' "$dir/table-out/ledger.db")
        for where in "moto=http://127.0.0.1:$port" "moto behind the gate, 10 ms a call=$gate_url"; do
            export AWS_ENDPOINT_URL=${where#*=}
            kind=${where%%=*} kind=${kind//[^a-z]/}
            echo "dynamodb: $rows rows of $n files into ${where%%=*}, and out of it"
            pair "boto3 batch_writer=$aws bench/boto3_table.py put boto3$kind{n} $dir/table-out" \
                "weir=$build/bench/shared_table dynamodb:weir$kind{n} $dir/table-out"
            pair "boto3 paginator=$aws bench/boto3_table.py scan weir${kind}1" \
                "weir results --from=$weir results --format ndjson --from dynamodb:weir${kind}1"
        done
        kill $emulator $gate
        trap - EXIT
        ;;
    *)
        echo "bench/run.sh: no benchmark $name" >&2
        exit 2
        ;;
    esac
done
