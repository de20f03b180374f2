"""Every error has a code of its own and says what to do."""

import importlib
import pkgutil
from collections import Counter

import vision_tasks
from vision_tasks.errors import VisionTasksError


def _subclasses(parent: type[VisionTasksError]) -> list[type[VisionTasksError]]:
    return [found for child in parent.__subclasses__() for found in (child, *_subclasses(child))]


def test_no_two_errors_share_a_code() -> None:
    for module in pkgutil.walk_packages(vision_tasks.__path__, "vision_tasks."):
        if not module.name.endswith(".worker"):
            importlib.import_module(module.name)
    codes = Counter(error.code for error in _subclasses(VisionTasksError) if "code" in vars(error))
    assert len(codes) > 10
    assert [code for code, count in codes.items() if count > 1] == []
