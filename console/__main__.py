"""`python -m console <command>`: Django's management commands for the console, such as `migrate` and `serve`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    execute_from_command_line(["console", *sys.argv[1:]])
