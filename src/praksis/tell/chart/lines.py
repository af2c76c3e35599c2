"""Where the labels of lines go: values beside their points where nothing is in the way, names spread at the end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Box:
    """The room a text or a marker takes."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Do they share any room?"""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True)
class Stroke:
    """A straight piece of a line, from left to right."""

    x1: float
    y1: float
    x2: float
    y2: float

    def crosses(self, box: Box) -> bool:
        """Does the stroke run through the box?"""
        if self.x1 >= box.right or self.x2 <= box.left:
            return False
        slope = (self.y2 - self.y1) / (self.x2 - self.x1) if self.x2 > self.x1 else 0.0
        at_left = self.y1 + slope * (max(self.x1, box.left) - self.x1)
        at_right = self.y1 + slope * (min(self.x2, box.right) - self.x1)
        return max(at_left, at_right) > box.top and min(at_left, at_right) < box.bottom


@dataclass(frozen=True)
class EndLabel:
    """A label that wants to stand at `middle` and takes `height`."""

    key: int
    middle: float
    height: float


def find_place(candidates: Sequence[Box], boxes: Sequence[Box], strokes: Sequence[Stroke]) -> Box | None:
    """The first candidate that touches nothing."""
    for candidate in candidates:
        if any(candidate.overlaps(box) for box in boxes) or any(stroke.crosses(candidate) for stroke in strokes):
            continue
        return candidate
    return None


def spread_labels(labels: Sequence[EndLabel], low: float, high: float) -> list[EndLabel]:
    """Move labels apart, each as little as it takes, and keep them between `low` and `high` where they all fit.

    Labels that meet form a cluster around the mean of where they want to be (pooling of adjacent violators).
    """
    clusters: list[list[EndLabel]] = []
    for label in sorted(labels, key=lambda label: (label.middle, label.key)):
        clusters.append([label])
        while len(clusters) > 1 and _find_top(clusters[-2], low, high) + _measure(clusters[-2]) > _find_top(
            clusters[-1], low, high
        ):
            clusters[-2:] = [clusters[-2] + clusters[-1]]
    placed = []
    for cluster in clusters:
        top = _find_top(cluster, low, high)
        for label in cluster:
            placed.append(replace(label, middle=top + label.height / 2))
            top += label.height
    return placed


def _measure(cluster: Sequence[EndLabel]) -> float:
    return sum(label.height for label in cluster)


def _find_top(cluster: Sequence[EndLabel], low: float, high: float) -> float:
    """Where the cluster starts for its labels to be, on average, where they want to be."""
    wanted = 0.0
    above = 0.0
    for label in cluster:
        wanted += label.middle - above - label.height / 2
        above += label.height
    return max(low, min(wanted / len(cluster), high - above))
