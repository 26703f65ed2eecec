"""The JSON API under /api/v1: the same commands as the forms, for programs."""
