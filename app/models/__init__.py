"""The mapped classes: columns, constraints, relationships. No rule of the trade and no query lives here."""
