"""What may not be shown, and what would reveal it: see `hiding` for the whole, `rule` for what is promised."""
