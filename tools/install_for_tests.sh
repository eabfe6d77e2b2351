#!/usr/bin/env bash
# Installs, from Debian's packages, the programs that tests start themselves where they are missing: Chromium, PostgreSQL, Redis.
# Without Chromium nothing goes on; tests that need one of the other two are skipped where it cannot be installed.
set -eu

has() { command -v "$1" >/dev/null 2>&1; }
has_postgres() { ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; }

missing=()
has chromium || missing+=(chromium)
has_postgres || missing+=(postgresql)
has redis-server || missing+=(redis-server)
[ "${#missing[@]}" -gt 0 ] || exit 0

sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
no_services=/usr/sbin/policy-rc.d

install() {
  # The tests start servers of their own; the packages' services are not to run.
  if [ ! -e "$no_services" ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$no_services" >/dev/null && $sudo chmod 755 "$no_services"
    trap '$sudo rm -f "$no_services"' EXIT
  fi
  $sudo apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

echo "== installing what tests need: ${missing[*]}"
if ! has apt-get || ! install; then
  if ! has chromium; then
    echo "The browser tests need Chromium at 'chromium'. Install it with your system's package manager." >&2
    exit 1
  fi
  echo "Not installed: ${missing[*]}. Tests that need them are skipped. Install them with your system's package manager." >&2
fi
