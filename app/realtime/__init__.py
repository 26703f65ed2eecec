"""The live door: knows connections and bytes, nothing of the trade."""
