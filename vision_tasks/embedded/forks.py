"""What a forked child must forget, because it belongs to its parent."""

import os
from functools import cache
from typing import Protocol
from weakref import WeakSet


class Forgetful(Protocol):
    """Something a forked child drops without any effect on the parent."""

    def forget(self) -> None:
        """Drop this process's view; called in the child, right after the fork."""


def forget_in_children(owner: Forgetful) -> None:
    """Have `owner.forget()` called in every child this process forks from now on."""
    _owners().add(owner)


@cache
def _owners() -> WeakSet[Forgetful]:
    owners: WeakSet[Forgetful] = WeakSet()

    def forget_all() -> None:
        for owner in list(owners):
            owner.forget()
        owners.clear()

    os.register_at_fork(after_in_child=forget_all)
    return owners
