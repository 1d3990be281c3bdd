#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bench.sh [NAME [ARGUMENTS]]: runs the benchmark tests/bench/NAME, or all of them.
# Called by dev. A benchmark's folder holds a script "run", which finds the release build in $TOCSIN_BUILD.
set -euo pipefail

wanted=${1:-}
[ $# -eq 0 ] || shift
found=0
TOCSIN_BUILD=$PWD/build/release
export TOCSIN_BUILD

"$PWD/dev" build release
for script in tests/bench/*/run; do
	name=$(basename "$(dirname "$script")")
	if [ ! -x "$script" ] || { [ -n "$wanted" ] && [ "$name" != "$wanted" ]; }; then
		continue
	fi
	found=$((found + 1))
	echo "== $name"
	"$script" "$@"
done
if [ "$found" -eq 0 ]; then
	echo "bench: no benchmark '${wanted:-at all}'; there are:" tests/bench/*/run >&2
	exit 64
fi
