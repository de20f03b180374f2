"""Bytecode where none is to be written: compiled once for all processes of a run, then removed."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

UNWANTED = "PYTHONDONTWRITEBYTECODE"
PLACE = "PYTHONPYCACHEPREFIX"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    if UNWANTED not in os.environ:
        return
    place = Path(tempfile.mkdtemp(prefix="vision-tasks-bytecode-"))
    place.chmod(0o755)
    # The workers, and every program that a test starts, inherit the place.
    os.environ[PLACE] = sys.pycache_prefix = str(place)
    del os.environ[UNWANTED]
    sys.dont_write_bytecode = False
    early_config.add_cleanup(lambda: shutil.rmtree(place, ignore_errors=True))
