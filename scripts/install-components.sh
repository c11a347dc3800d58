#!/usr/bin/env bash
# Installs the Debian packages that the component tests need. Does nothing where they are present.
set -euo pipefail

# One line per command: the command, then the package that brings it.
components=(
  'strace strace'
  'mariadbd mariadb-server-core'
  'mariadb mariadb-client-core'
  'redis-check-rdb redis-tools'
)

missing=()
for component in "${components[@]}"; do
  read -r command package <<<"$component"
  PATH="$PATH:/usr/sbin" command -v "$command" >/dev/null || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "The component tests need ${missing[*]}, and apt-get is not here to install them: install them by hand." >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "The component tests need ${missing[*]}: become root, or install sudo, to let this script install them." >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "Installing ${missing[*]} …" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "Could not install ${missing[*]}." >&2
  exit 1
fi
