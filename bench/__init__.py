"""Measure the product: retrieval, seeds end to end, speed. Never installed, never imported by it."""
