"""web: Django, thin: pages over a release folder; no database, no sessions."""
