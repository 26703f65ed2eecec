"""Papers: what leaves the house about an invoice (PDF, e-invoice, CSV), and lists that come in. Built from a
``Document`` of ``app.rules.invoice`` and nothing else: no database, no clock, no network."""
