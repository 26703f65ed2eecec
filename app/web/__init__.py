"""The HTTP door: parse, open one transaction, call one action, answer. No rule of the trade lives here."""
