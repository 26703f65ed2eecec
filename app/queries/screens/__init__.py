"""View models of whole pages: frozen dataclasses that queries fill, doors hand over and templates only format."""
