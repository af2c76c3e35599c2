"""The commands that need no database, a module per group: arguments, and what is printed."""
