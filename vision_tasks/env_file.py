"""How a file `.env` is read."""

from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic_settings import DotEnvSettingsSource
from pydantic_settings.sources.utils import parse_env_vars


class EnvFile(DotEnvSettingsSource):
    """Takes `.env` by the letter: a `$` in a password means a `$`, and names no variable."""

    @staticmethod
    def _static_read_env_file(
        file_path: Path,
        *,
        encoding: str | None = None,
        case_sensitive: bool = False,
        ignore_empty: bool = False,
        parse_none_str: str | None = None,
    ) -> Mapping[str, str | None]:
        values = dotenv_values(file_path, encoding=encoding or "utf-8", interpolate=False)
        return parse_env_vars(values, case_sensitive, ignore_empty, parse_none_str)
