"""A new list of organisations into a survey's frame: compared first, then written as a file that can be reviewed."""
