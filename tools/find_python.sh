#!/usr/bin/env bash
# Prints the path of a Python 3.10, or one clear line saying how to get it.
set -u
works() { "$1" -c 'import sys, ensurepip; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; }

candidates=("${PYTHON:-}" python3.10 /usr/bin/python3.10 /usr/local/bin/python3.10 python3)
if command -v pyenv >/dev/null 2>&1; then
  prefix=$(pyenv prefix 3.10 2>/dev/null) && candidates+=("$prefix/bin/python")
fi
for candidate in "${candidates[@]}"; do
  if [ -n "$candidate" ] && path=$(command -v "$candidate") && works "$path"; then
    echo "$path"
    exit 0
  fi
done
echo "Python 3.10 with venv is needed and was not found. Install it (for example: pyenv install 3.10) or name it: make PYTHON=/path/to/python3.10 …" >&2
exit 1
