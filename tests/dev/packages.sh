# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Installs the packages that dev lists. Sourced by dev.

servers_folder=${TOCSIN_SERVERS:-$PWD/build/servers}

say() {
	printf '%s\n' "dev: $*" >&2
}

fail() {
	say "$@"
	exit 1
}

# Prints the names that installed packages go by besides their own.
provided_packages() {
	dpkg-query -W -f '${db:Status-Status},${Provides}\n' | sed -n 's/^installed,//p' | tr ',' '\n' |
		sed 's/(.*//; s/ //g'
}

# Prints those of its arguments that are not installed, nor provided by what is. Takes milliseconds.
missing_packages() {
	local installed package missing=()

	installed=" $(dpkg-query -W -f '${db:Status-Status}/${Package} ' "$@" 2>/dev/null || true) "
	for package in "$@"; do
		case $installed in
		*" installed/$package "*) ;;
		*) missing+=("$package") ;;
		esac
	done
	[ ${#missing[@]} -eq 0 ] || printf '%s\n' "${missing[@]}" | grep -vxF -f <(provided_packages) || true
}

# Runs a command as root without ever asking for a password.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
		sudo -n "$@"
	else
		fail "this needs root, and sudo is not there or wants a password; run as root: $*"
	fi
}

# Updates the lists once, then installs. A policy-rc.d of our own keeps mail servers from starting by themselves.
install_packages() (
	guard=/usr/sbin/policy-rc.d

	say "installing $*"
	if ! [ -e "$guard" ]; then
		trap 'as_root rm -f "$guard"' EXIT
		trap 'exit 130' INT TERM
		as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$guard && chmod 755 $guard"
	fi
	as_root apt-get -q -o DPkg::Lock::Timeout=600 update >&2
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 \
		install --no-install-recommends "$@" >&2
)

# Elsewhere than on Debian nothing is installed: says what is needed, in Debian's names.
need_by_hand() {
	local program absent=()

	for program in cc git meson ninja pkg-config python3; do
		command -v "$program" >/dev/null 2>&1 || absent+=("$program")
	done
	if [ ${#absent[@]} -gt 0 ]; then
		say "no ${absent[*]} here, and this is no system with apt-get, so nothing is installed for you"
		fail "install what Debian 12 calls: $*"
	fi
	[ -d build ] || say "not Debian: if something is missing, it is one of what Debian 12 calls: $*"
}

need_packages() {
	local missing

	if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
		need_by_hand "$@"
		return
	fi
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

# The libraries that an unpacked server's package names in its dependencies.
libraries_of() {
	dpkg-deb -f "$1" Depends | tr ',' '\n' | sed 's/[|(:].*//; s/[[:space:]]//g' | grep '^lib' || true
}

# Puts a package's file into a folder, updating the lists when they are absent or too old to find it.
fetch_package() (
	cd "$2" || exit
	quietly apt-get -q -o APT::Sandbox::User=root download "$1" && exit
	as_root apt-get -q -o DPkg::Lock::Timeout=600 update >&2
	apt-get -q -o APT::Sandbox::User=root download "$1" >&2
)

unpack_server() {
	local package=$1 folder=$servers_folder/$1 work

	work=$(mktemp -d "$servers_folder/.fetch.XXXXXX")
	say "fetching $package into $folder"
	if ! fetch_package "$package" "$work"; then
		rm -rf "$work"
		fail "cannot fetch $package; is the network there?"
	fi
	dpkg -x "$work/$package"_*.deb "$work/root"
	libraries_of "$work/$package"_*.deb >"$work/root/libraries"
	chmod 755 "$work/root" # servers change their user
	rm -rf "$folder"
	mv "$work/root" "$folder"
	rm -rf "$work"
}

# Their system users; a package's scripts would have made them, but unpacking runs none.
need_server_users() {
	local user

	for user in postfix Debian-exim opensmtpd opensmtpq; do
		getent passwd "$user" >/dev/null ||
			as_root useradd --system --user-group --no-create-home --badname \
				--shell /usr/sbin/nologin "$user"
	done
	getent group postdrop >/dev/null || as_root groupadd --system postdrop
}

# Unpacks each mail server below build/servers/NAME/ unless it is there, and installs the libraries that it names.
need_servers() {
	local package libraries=()

	command -v apt-get >/dev/null 2>&1 || return 0
	mkdir -p "$servers_folder"
	for package in "$@"; do
		[ -f "$servers_folder/$package/libraries" ] || unpack_server "$package"
		mapfile -t -O ${#libraries[@]} libraries <"$servers_folder/$package/libraries"
	done
	need_packages "${libraries[@]}"
	need_server_users
}
