"""tell: what may be said about the estimates, in sentences, tables and charts. Sees cubes, never answers."""
