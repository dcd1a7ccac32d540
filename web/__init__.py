"""Let people reach HoiDap: the command line, the HTTP API, later the pages."""
