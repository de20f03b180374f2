"""The settings, read from the environment and `.env` once, by the entry points only."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    computed_field,
    field_serializer,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy import URL

from vision_tasks.api_limit_settings import ApiLimitSettings, PositiveSeconds
from vision_tasks.database_url import locate_server, parse_database_url
from vision_tasks.desk_settings import DeskSettings
from vision_tasks.embedded import default_data_directory
from vision_tasks.env_file import EnvFile
from vision_tasks.errors import ConfigurationError
from vision_tasks.networks import Network, parse_networks
from vision_tasks.sign_in_settings import SignInSettings

ASYNC_DRIVER = "postgresql+asyncpg"
SYNC_DRIVER = "postgresql+psycopg2"


class Settings(SignInSettings, DeskSettings, ApiLimitSettings):
    """All that can be configured; a field is an environment variable of the same name."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    PROJECT_NAME: str = Field("Vision Tasks", description="Title of the dashboard and the API.")
    API_V1_STR: str = Field(
        "/api/v1", pattern=r"^(/[A-Za-z0-9._~-]+)+$", description="Path under which the API lives."
    )
    POSTGRES_SERVER: str | None = Field(
        None, description="Host or socket directory of PostgreSQL; unset means the embedded one."
    )
    POSTGRES_PORT: int = Field(5432, ge=1, le=65535, description="Port of PostgreSQL.")
    POSTGRES_USER: str = Field("postgres", description="Role that both apps connect as.")
    POSTGRES_PASSWORD: SecretStr = Field(
        SecretStr(""),
        description="Its password; any character is allowed, unescaped (in `.env` between quotes).",
    )
    POSTGRES_DB: str = Field("vision_tasks", description="Name of the database.")
    DATABASE_URL: SecretStr | None = Field(
        None, description="`postgresql://…` (or `postgres://…`); stands in for the five above."
    )
    POSTGRES_SCHEMA: str | None = Field(
        None,
        pattern=r"^[a-z_][a-z0-9_]{0,62}$",
        description="Schema of the tables, for a database shared with another application; unset"
        " means the role's own, `public` as a rule.",
    )
    DATA_DIRECTORY: Path = Field(
        default_factory=default_data_directory,
        validation_alias=AliasChoices("VISION_TASKS_DATA_DIR", "DATA_DIRECTORY"),
        description="Home of the embedded PostgreSQL and of the key made for `SECRET_KEY`.",
    )
    SECRET_KEY: SecretStr | None = Field(
        None,
        min_length=16,
        description="Signs sessions, form tokens and cursors; the same on every machine. "
        "Unset: one is made once and kept in the data directory.",
    )
    TRUSTED_HOSTS: Annotated[tuple[str, ...], NoDecode] = Field(
        ("localhost", "127.0.0.1", "[::1]"),
        description="Host names, comma-separated, under which the two servers may be addressed.",
    )
    TRUSTED_PROXIES: Annotated[tuple[Network, ...], NoDecode] = Field(
        (),
        description="Addresses and networks, comma-separated, of the proxies in front of the"
        " dashboard, whose `X-Forwarded-For`, `-Proto` and `-Host` are believed.",
    )
    DATABASE_POOL_SIZE: int = Field(
        10, ge=1, le=1000, description="Most connections to PostgreSQL per process."
    )
    DATABASE_POOL_WAIT_SECONDS: PositiveSeconds = Field(
        5, description="Longest wait for a free connection before the answer is 503."
    )
    DATABASE_CONNECT_SECONDS: PositiveSeconds = Field(
        5, description="Longest attempt to connect to PostgreSQL."
    )
    DATABASE_STATEMENT_SECONDS: PositiveSeconds = Field(
        30, description="Longest statement before the answer is 504."
    )
    MIGRATION_DATABASE_URL: SecretStr | None = Field(
        None,
        description="Direct way to PostgreSQL for migrations, where `DATABASE_URL` or"
        " `POSTGRES_SERVER` leads through a transaction pooler.",
    )
    MIGRATION_LOCK_SECONDS: PositiveSeconds = Field(
        4,
        description="Longest wait of one try for the lock on a table; others may queue behind it.",
    )
    MIGRATION_WAIT_SECONDS: PositiveSeconds = Field(
        300, description="Longest wait for another migration of the same database."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment, then `.env`."""
        assert isinstance(dotenv_settings, DotEnvSettingsSource)  # noqa: S101
        return init_settings, env_settings, EnvFile(settings_cls, dotenv_settings.env_file)

    @field_validator("TRUSTED_HOSTS", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip() for host in value.split(",") if host.strip())
        return value

    @field_validator("TRUSTED_PROXIES", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        return parse_networks(value) if isinstance(value, str) else value

    @field_validator("DATA_DIRECTORY")
    @classmethod
    def _make_absolute(cls, value: Path) -> Path:
        try:
            return value.expanduser().absolute()
        except RuntimeError:
            raise ValueError("begins with ~, but there is no such home directory") from None

    @field_validator("POSTGRES_SCHEMA")
    @classmethod
    def _refuse_system_schema(cls, value: str | None) -> str | None:
        if value is not None and value.startswith(("pg_", "information_schema")):
            raise ValueError("is a schema of PostgreSQL's own; choose another, task_desk for one")
        return value

    @field_validator("MIGRATION_DATABASE_URL")
    @classmethod
    def _check_company(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        alone = not info.data.get("DATABASE_URL") and not info.data.get("POSTGRES_SERVER")
        if value is not None and alone:
            raise ValueError(
                "is set without DATABASE_URL or POSTGRES_SERVER, so the apps would use another"
                " database than the migrations"
            )
        return value

    @field_validator("DATABASE_URL", "MIGRATION_DATABASE_URL")
    @classmethod
    def _check_database_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_database_url(value)
        return value

    @field_serializer("SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URI_SYNC")
    def _hide_password(self, url: URL) -> str:
        return url.render_as_string(hide_password=True)

    @property
    def uses_embedded(self) -> bool:
        """True when nothing names a PostgreSQL, so the one that comes along is used."""
        return self.DATABASE_URL is None and self.POSTGRES_SERVER is None

    @property
    def database_place(self) -> str:
        """Say for people where the database is; holds no secret."""
        if self.uses_embedded:
            return f"embedded PostgreSQL in {self.DATA_DIRECTORY}"
        url = self._database_url()
        host, port = url.host or url.query.get("host"), url.port or url.query.get("port") or 5432
        return f"PostgreSQL at {host or 'localhost'}:{port}, database {url.database or '(default)'}"

    @computed_field(repr=False)  # type: ignore[prop-decorator]
    @cached_property
    def SQLALCHEMY_DATABASE_URI(self) -> URL:
        """URL of the running API; its `str` and `repr` hide the password."""
        return self._database_url().set(drivername=ASYNC_DRIVER)

    @computed_field(repr=False)  # type: ignore[prop-decorator]
    @cached_property
    def SQLALCHEMY_DATABASE_URI_SYNC(self) -> URL:
        """URL of dashboard and migrations; its `str` and `repr` hide the password."""
        return self._database_url().set(drivername=SYNC_DRIVER)

    def for_migrations(self, *, connections: int) -> "Settings":
        """Return a copy that connects by MIGRATION_DATABASE_URL, where that is set."""
        changes: dict[str, Any] = {"DATABASE_POOL_SIZE": connections}
        if self.MIGRATION_DATABASE_URL is not None:
            changes["DATABASE_URL"] = self.MIGRATION_DATABASE_URL
        copy = self.model_copy(update=changes)
        for name in type(self).model_computed_fields:
            copy.__dict__.pop(name, None)
        return copy

    def _database_url(self) -> URL:
        if self.DATABASE_URL is not None:
            return parse_database_url(self.DATABASE_URL)
        if self.POSTGRES_SERVER is None:
            return URL.create("postgresql")
        return URL.create(
            "postgresql",
            username=self.POSTGRES_USER,
            password=self.POSTGRES_PASSWORD.get_secret_value() or None,
            database=self.POSTGRES_DB,
            **locate_server(self.POSTGRES_SERVER, self.POSTGRES_PORT),
        )


def load_settings(**overrides: Any) -> Settings:
    """Build the settings from environment and `.env`; `overrides` win over both.

    Raises ConfigurationError, in one line a setting, without the value that was wrong.
    """
    try:
        return Settings(**overrides)
    except ValidationError as exc:
        problems = "; ".join(
            f"{'.'.join(map(str, error['loc']))}: {error['msg'].removeprefix('Value error, ')}"
            for error in exc.errors(include_input=False, include_url=False)
        )
        raise ConfigurationError(f"{problems}. Correct the environment or .env.") from None
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigurationError(
            f".env cannot be read ({type(exc).__name__}); it must be a text file in UTF-8."
        ) from None
