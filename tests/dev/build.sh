# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The kinds of build, each in build/KIND. Sourced by dev.

stage_folder=$PWD/build/stage

# gcc or clang, through ccache where there is one.
compiler() {
	if command -v ccache >/dev/null 2>&1; then
		printf 'ccache %s' "$1"
	else
		printf '%s' "$1"
	fi
}

# Prints the compiler of a kind, then meson's options, one a line.
build_options() {
	case $1 in
	plain) printf '%s\n' "${CC:-$(compiler gcc)}" -Dwerror=true "-Dprefix=$stage_folder" ;;
	release) printf '%s\n' "${CC:-$(compiler gcc)}" -Dbuildtype=release "-Dprefix=$PWD/build/release-stage" ;;
	asan) printf '%s\n' "${CC:-$(compiler gcc)}" -Dwerror=true -Db_sanitize=address,undefined ;;
	tsan) printf '%s\n' "${CC:-$(compiler gcc)}" -Dwerror=true -Db_sanitize=thread ;;
	fuzz)
		printf '%s\n' "$(compiler clang)" -Db_lundef=false -Db_sanitize=address,undefined \
			-Dc_args=-fsanitize=fuzzer-no-link
		;;
	*) return 1 ;;
	esac
}

# Runs a command whose output matters only if it fails.
quietly() {
	local log

	log=$(mktemp)
	if ! "$@" >"$log" 2>&1; then
		cat "$log" >&2
		rm -f "$log"
		return 1
	fi
	rm -f "$log"
}

# Sets build/KIND up, again when the options of its kind have changed since.
configure() {
	local kind=$1 folder=build/$1 options again=()

	mapfile -t options < <(build_options "$kind")
	[ ${#options[@]} -gt 0 ] || fail "no kind of build '$kind'; there are plain, release, asan, tsan and fuzz"
	if [ -f "$folder/build.ninja" ] && [ "$(cat "$folder/.options" 2>/dev/null)" = "${options[*]}" ]; then
		return
	fi
	[ ! -f "$folder/meson-private/coredata.dat" ] || again=(--wipe)
	mkdir -p build
	CC=${options[0]} quietly meson setup "${again[@]}" "$folder" "${options[@]:1}" || fail "cannot set up $folder"
	printf '%s' "${options[*]}" >"$folder/.options"
}

# build KIND [NINJA-TARGET ...]
build() {
	local kind=$1

	configure "$kind"
	shift
	if [ -t 1 ]; then
		ninja -C "build/$kind" "$@" || fail "build/$kind does not build"
	else
		quietly ninja -C "build/$kind" "$@" || fail "build/$kind does not build"
	fi
}

# Prints what of the plain build gets installed: ninja's targets, one a line.
installed_targets() {
	comm -12 \
		<(meson introspect build/plain --installed | /usr/bin/python3 -c '
import json, os, sys
print(*sorted(os.path.relpath(path, "build/plain") for path in json.load(sys.stdin)), sep="\n")' | LC_ALL=C sort) \
		<(ninja -C build/plain -t targets all | sed -n 's/: [^:]*$//p' | LC_ALL=C sort)
}

# Installs the plain build into build/stage, as a user would into /usr. Emptied first: what the tree no longer has must
# not stay there. Builds no more than that: on a fresh machine the tests take as long again.
install_stage() {
	local targets

	configure plain
	build plain build.ninja # what it is to build may have changed since it was set up
	mapfile -t targets < <(installed_targets)
	[ ${#targets[@]} -gt 0 ] || fail "build/plain installs nothing"
	build plain "${targets[@]}"
	rm -rf "$stage_folder"
	quietly meson install -C build/plain --no-rebuild || fail "cannot install into $stage_folder"
}
