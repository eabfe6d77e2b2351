#!/usr/bin/env bash
# Checks for Node 20 or newer with npm, or prints one clear line saying how to get it.
set -eu
major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
if [ "$major" -ge 20 ] && command -v npm >/dev/null 2>&1; then exit 0; fi
echo "Node 20 or newer with npm is needed to build the chat page and was not found. Install it (https://nodejs.org, or your system's packages)." >&2
exit 1
