#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fuzz.sh [TARGET [SECONDS]]: runs libFuzzer on one parser or on each, 60 seconds unless told otherwise.
# What it learns stays in build/fuzz/corpus/TARGET, what breaks a target lands in build/fuzz/findings.
# Called by dev, which has built the targets.
set -euo pipefail

wanted=${1:-}
seconds=${2:-60}
found=0 broken=0

case $wanted in
*[!a-z0-9-]*) echo "fuzz: a target is named like 'reply', not '$wanted'" >&2 && exit 64 ;;
esac
case $seconds in
'' | *[!0-9]*) echo "fuzz: '$seconds' is no number of seconds" >&2 && exit 64 ;;
esac

export LSAN_OPTIONS=suppressions=$PWD/tests/dev/leaks:print_suppressions=0

for source in tests/fuzz/fuzz-*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz-}
	program=build/fuzz/tests/fuzz/fuzz-$name
	if [ "$name" = '*' ] || { [ -n "$wanted" ] && [ "$name" != "$wanted" ]; } || [ ! -x "$program" ]; then
		continue
	fi
	found=$((found + 1))
	mkdir -p "build/fuzz/corpus/$name" build/fuzz/findings
	echo "== $name, $seconds seconds"
	if ! "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix="build/fuzz/findings/$name-" "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name"; then
		broken=$((broken + 1))
		echo "fuzz: $name broke; repeat it with: $program build/fuzz/findings/$name-..." >&2
	fi
done
if [ "$found" -eq 0 ]; then
	echo "fuzz: no target '${wanted:-at all}'; there are: $(cd tests/fuzz && echo fuzz-*.c)" >&2
	exit 64
fi
echo "$((found - broken)) passed, $broken failed"
[ "$broken" -eq 0 ]
