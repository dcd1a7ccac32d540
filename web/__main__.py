"""Run the command line as `python -m web`."""

from __future__ import annotations

from web.cli import main

main()
