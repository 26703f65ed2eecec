"""Writes: one plain function per verb of the trade, over a Session inside one transaction."""
