#!/bin/sh
# Installs what the bench compares the gateway with: Hive Gateway and Tailcall, in this folder only. Tailcall wants a newer glibc than
# Debian 12 has: Debian 13's is then unpacked beside it, and nothing of the system is changed.
set -eu
cd "$(dirname "$0")"

npm install --no-package-lock --ignore-scripts --no-fund --no-audit

tailcall=node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall
if [ ! -f "$tailcall" ]; then
  echo "Tailcall is not for this machine: the bench goes without it." >&2
  exit 0
fi
chmod +x "$tailcall"
if "$tailcall" --version > /dev/null 2>&1; then
  rm -rf glibc
  exit 0
fi

lib=glibc/usr/lib/x86_64-linux-gnu
runs() { "$lib/ld-linux-x86-64.so.2" --library-path "$lib" "$tailcall" --version > /dev/null 2>&1; }
if runs; then exit 0; fi

# A complete set of apt's folders of our own: its lists and its status are not the system's.
unpack_glibc() {
  mirror=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2> /dev/null |
    sed -n -E 's#^(URIs:|deb)[[:space:]]+(\[[^]]*\][[:space:]]+)?(https?://[^[:space:]]*/debian/?)([[:space:]].*)?$#\3#p' | head -n 1)
  [ -n "$mirror" ] || return 1
  apt=$(mktemp -d)
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
  : > "$apt/status"
  echo "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" > "$apt/sources.list"
  set -- -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$apt/lists" \
    -o Dir::Cache="$apt/cache" -o Dir::State::status="$apt/status" -o APT::Sandbox::User=root
  apt-get "$@" update > /dev/null && (cd "$apt/debs" && apt-get "$@" download libc6 libgcc-s1 > /dev/null) || return 1
  rm -rf glibc
  for deb in "$apt"/debs/*.deb; do dpkg-deb -x "$deb" glibc; done
  rm -rf "$apt"
}

if command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null && unpack_glibc && runs; then
  echo "Tailcall runs with Debian 13's glibc, unpacked into bench/peers/glibc."
else
  echo "Tailcall needs glibc 2.39 or newer, and Debian 13's could not be fetched by apt: the bench goes without it." >&2
  rm -rf glibc "$tailcall"
fi
