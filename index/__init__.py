"""Store documents and find passages; know nothing of questions."""
