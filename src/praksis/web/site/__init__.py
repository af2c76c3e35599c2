"""The public pages of a release: one renderer for the live site and the static export."""
