"""Collecting answers: where a respondent goes, what was meant by a form, and what has happened. No HTTP, no tables."""
