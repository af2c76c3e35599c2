"""Further groups to hide, so that what is hidden cannot be worked out from what is shown."""

from collections.abc import Collection

import numpy as np

from praksis.define.group import EVERYONE, parse_group
from praksis.estimate.disclosure.candidate import Domain
from praksis.estimate.disclosure.reader import Exposure, Reader
from praksis.estimate.disclosure.rule import Secret, Shown, System


def suppress_groups(system: System) -> dict[str, Secret]:
    """Name of what is to be hidden -> the secret that it would reveal. Hiding one fewer would reveal something.

    As long as the reader comes too close to a secret, something that tells it is hidden: a category of the same
    breakdown rather than another group, small rather than large, everyone last.
    """
    if not system.secrets and system.min_n < 2:
        return {}
    reader = Reader(system, list(system.shown))
    hidden: dict[str, Secret] = {}
    while exposure := reader.find_exposure():
        name = _choose(system, exposure, reader.active)
        hidden[name] = exposure.secret
        reader.hide(name)
    return _show_again(system, hidden) if len(hidden) > 1 else hidden


def _choose(system: System, exposure: Exposure, active: Collection[str]) -> str:
    domain = exposure.secret.domain
    telling = [name for name in active if name in exposure.owners] or list(active)
    own = [name for name in telling if np.array_equal(system.shown[name].members, domain.members)]
    return min(own or telling, key=lambda name: _price(system.shown[name], domain))


def _price(shown: Shown, domain: Domain | None = None) -> tuple[bool, bool, bool, int]:
    sibling = domain is not None and parse_group(shown.group).keys() <= domain.breakdowns
    return shown.group == EVERYONE, shown.by_size, not sibling, shown.size


def _show_again(system: System, hidden: dict[str, Secret]) -> dict[str, Secret]:
    """Without what turned out not to be needed, the dearest first."""
    for name in sorted(hidden, key=lambda name: _price(system.shown[name]), reverse=True):
        fewer = {other: secret for other, secret in hidden.items() if other != name}
        if Reader(system, [one for one in system.shown if one not in fewer]).find_exposure() is None:
            hidden = fewer
    return hidden
