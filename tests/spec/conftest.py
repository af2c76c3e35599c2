"""The specification's tests get `spec`, which writes down what they read and check."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2]))  # so that `tests.spec` is a package, as it is to `python -m`

from tests.spec.specification import Spec


@pytest.fixture
def spec() -> Spec:
    return Spec()
