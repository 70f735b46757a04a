"""Kept for matplotlib, which asks what window system a back end has: none."""

backend2gui: dict = {}
