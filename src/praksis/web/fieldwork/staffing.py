"""`praksis fieldwork staff`: who may sign in to the staff pages, and as what."""

import argparse
import os
from collections.abc import Callable

from praksis.errors import PraksisError
from praksis.web.commands import check_address
from praksis.web.fieldwork.acts import Worker
from praksis.web.fieldwork.provider import ISSUER
from praksis.web.store.staff import (
    Role,
    add_staff,
    change_role,
    find_named,
    fold_name,
    list_staff,
    make_welcome,
    remove_staff,
    reset_staff,
)
from praksis.web.store.work import together

Say = Callable[[str], None]


def manage_staff(worker: Worker, options: argparse.Namespace, say: Say) -> None:
    """Add, change, reset or remove somebody, or list them all; noted like every other act. Raises StaffRefused."""
    name = fold_name(options.name)
    if not name:
        return _list(say)
    if not (options.role or options.reset or options.remove):
        raise PraksisError(f"say what is to be done with {name}: --role, --reset or --remove")
    if options.remove and (options.role or options.reset):
        raise PraksisError(f"{name} cannot be removed and stay; give --remove alone")
    # A link that lets somebody choose a password is not for the open road.
    check_address(options.office)
    with together():
        if options.remove:
            remove_staff(name)
            worker.note("remove-staff", details={"staff": name})
            say(f"{name} cannot sign in any more")
            return None
        if options.reset:
            reset_staff(name)
            worker.note("reset-staff", details={"staff": name})
        if options.role:
            new = _set_role(name, Role(options.role))
            worker.note("add-staff" if new else "change-staff", details={"staff": name, "role": options.role})
            if not new and not options.reset:
                say(f"{name} is {options.role} from now on")
                return None
        issuer = os.environ.get(ISSUER)
        if issuer and not options.reset:
            say(f"{name} can sign in with their account at {issuer}; for a password and codes as well, give --reset")
            return None
        say(f"Give {name} this link; it works once, for three days: ")
        say(f"{options.office.rstrip('/')}/nb/welcome/{make_welcome(name)}")
    return None


def _set_role(name: str, role: Role) -> bool:
    """True for somebody new."""
    if find_named(name):
        change_role(name, role)
        return False
    add_staff(name, role)
    return True


def _list(say: Say) -> None:
    found = list_staff()
    for one in found:
        lacks = "" if one.has_password or os.environ.get(ISSUER) else ", has not chosen a password"
        lacks = lacks or (", has not set up codes" if one.has_password and not one.has_code else "")
        say(f"{one.name}: {one.role}{lacks}")
    if not found:
        say("Nobody can sign in yet. Add the first: praksis fieldwork staff SURVEY NAME --role lead")
