"""Praksis: from a survey in files to published figures that can be trusted."""
