"""Stands in for tqdm: one bar, drawn by the browser itself."""
