"""The trade's rules, pure: standard library only, told the time, never asking for it. Read these first."""
