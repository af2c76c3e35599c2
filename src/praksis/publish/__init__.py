"""publish: the release folder, immutable and checksummed, and one file per format."""
