#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Shows the installed Tocsin at work: conf/demo/run if there is one, else what the command can do by now.
# Called by dev, which has built and installed into build/stage.
set -euo pipefail

export PATH="$PWD/build/stage/bin:$PATH"

if [ -x conf/demo/run ]; then
	exec conf/demo/run "$@"
fi
if ! command -v "$PWD/build/stage/bin/tocsin" >/dev/null; then
	echo "There is no tocsin command to show yet; ./dev test runs what exists."
	exit 0
fi
echo "The daemon cannot be shown yet. What the command loads so far (tocsin plugins list -v):"
exec tocsin plugins list -v
