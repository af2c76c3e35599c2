"""The staff pages, a module for each part of the work."""
