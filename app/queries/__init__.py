"""Reads: plain functions over a Session that return frozen dataclasses for screens, never mapped objects."""
