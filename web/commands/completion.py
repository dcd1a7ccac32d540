"""Write the script that completes `hoidap` in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from web.cli_base import Session
from web.cli_errors import OK
from web.cli_streams import write

_VARIABLE = "_HOIDAP_COMPLETE"


def run(_session: Session, shell: str) -> int:
    """Write the script for `shell`."""
    root = click.get_current_context().find_root().command
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(shell)
    # `source()` of bash first runs bash to look at its version; the script itself is the template alone.
    completion = kind(root, {}, "hoidap", _VARIABLE)
    write((completion.source_template % completion.source_vars()).rstrip("\n"))
    return OK
