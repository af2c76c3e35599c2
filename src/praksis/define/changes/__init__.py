"""What changed between two waves of a survey, or between two versions of its folder."""
