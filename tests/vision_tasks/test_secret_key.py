"""The key that signs, made once per data directory."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from vision_tasks.config import Settings
from vision_tasks.errors import ConfigurationError
from vision_tasks.secret_key import get_secret_key


def _settings(directory: Path, **values: Any) -> Settings:
    return Settings(_env_file=None, DATA_DIRECTORY=directory, **values)


def _get(directory: Path) -> str:
    return get_secret_key(_settings(directory))


def test_a_configured_key_is_used_as_it_is(tmp_path: Path) -> None:
    key = get_secret_key(_settings(tmp_path, SECRET_KEY="a-key-of-our-own-choice"))
    assert key == "a-key-of-our-own-choice"
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    key = _get(tmp_path / "new")
    assert len(key) >= 32
    assert _get(tmp_path / "new") == key
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_all_who_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(_get, [tmp_path] * 64))) == 1


def test_two_directories_have_two_keys(tmp_path: Path) -> None:
    assert _get(tmp_path / "a") != _get(tmp_path / "b")


def test_a_truncated_key_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        _get(tmp_path)


def test_a_place_that_keeps_no_file_is_reported_with_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        _get(tmp_path / "file")
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]
