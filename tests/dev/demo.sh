#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Shows the installed Tocsin at work. Called by dev, which has built and installed into build/stage.
set -euo pipefail

export PATH="$PWD/build/stage/bin:$PWD/build/stage/sbin:$PATH"
exec conf/demo/run "$@"
