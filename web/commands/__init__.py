"""Do the work of the commands, one module each; `web.cli` names them and imports them when they are called."""
