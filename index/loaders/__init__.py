"""Turn files into documents, one module a format."""
