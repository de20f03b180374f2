"""The settings: their names, their sources, and that they keep secrets."""

from pathlib import Path
from typing import Any

import pytest

from vision_tasks.config import Settings, load_settings
from vision_tasks.errors import ConfigurationError

PASSWORD = "p@ss:w/ord%20#?&'\" é"


def _settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def test_nothing_configured_means_the_embedded_database() -> None:
    assert _settings().uses_embedded


@pytest.mark.parametrize(
    "values",
    [{"POSTGRES_SERVER": "db.example.org"}, {"DATABASE_URL": "postgres://u:p@db.example.org/d"}],
)
def test_a_named_server_is_used(values: dict[str, str]) -> None:
    assert not _settings(**values).uses_embedded


def test_the_deployed_names_make_the_two_urls() -> None:
    settings = _settings(
        POSTGRES_SERVER="db", POSTGRES_PORT=5433, POSTGRES_USER="u", POSTGRES_PASSWORD="p",
        POSTGRES_DB="d",
    )  # fmt: skip
    assert settings.SQLALCHEMY_DATABASE_URI.render_as_string(hide_password=False) == (
        "postgresql+asyncpg://u:p@db:5433/d"
    )
    assert settings.SQLALCHEMY_DATABASE_URI_SYNC.render_as_string(hide_password=False) == (
        "postgresql+psycopg2://u:p@db:5433/d"
    )


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_a_database_url_stands_in_for_the_five(scheme: str) -> None:
    settings = _settings(
        DATABASE_URL=f"{scheme}://u:p%40@db:5433/d?sslmode=require", POSTGRES_SERVER="other"
    )
    url = settings.SQLALCHEMY_DATABASE_URI
    assert (url.drivername, url.password, url.host, url.port, url.database) == (
        "postgresql+asyncpg", "p@", "db", 5433, "d",
    )  # fmt: skip
    assert url.query == {"sslmode": "require"}
    assert settings.SQLALCHEMY_DATABASE_URI_SYNC.drivername == "postgresql+psycopg2"


def test_any_character_survives_in_a_password() -> None:
    settings = _settings(POSTGRES_SERVER="db", POSTGRES_PASSWORD=PASSWORD)
    assert settings.SQLALCHEMY_DATABASE_URI.password == PASSWORD
    assert settings.SQLALCHEMY_DATABASE_URI_SYNC.password == PASSWORD


@pytest.mark.parametrize(
    "values",
    [
        {"POSTGRES_SERVER": "db", "POSTGRES_PASSWORD": "s3cret-word"},
        {"DATABASE_URL": "postgresql://u:s3cret-word@db/d"},
        {"SECRET_KEY": "s3cret-word-that-signs"},
    ],
)
def test_no_secret_in_any_printed_form(values: dict[str, str]) -> None:
    settings = _settings(**values)
    forms = [
        repr(settings),
        str(settings),
        repr(settings.model_dump()),
        settings.model_dump_json(),
        repr(settings.SQLALCHEMY_DATABASE_URI),
        str(settings.SQLALCHEMY_DATABASE_URI_SYNC),
        settings.database_place,
    ]
    assert not [form for form in forms if "s3cret-word" in form]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://u:s3cret-word@db/d"),
        ("DATABASE_URL", "s3cret-word"),
        ("DATABASE_URL", "postgresql://u:s3cret-word@db:port/d"),
        ("DATABASE_URL", "postgresql://u:p@s3cret-word@db/d"),
        ("DATABASE_URL", "postgresql://db/d?user=u&password=s3cret-word"),
        ("DATABASE_URL", "postgresql://u:s3cret-word@db/d?connect_timeout=3"),
        ("DATABASE_URL", "postgresql://u:s3cret-word@/d?host=a,b"),
        ("DATABASE_URL", "postgresql://u:s3cret-word@/d?host=a&host=b"),
        ("VISION_TASKS_DATA_DIR", "~nobody-of-this-name/x"),
        ("SECRET_KEY", "s3cret-word"),
        ("POSTGRES_PORT", "s3cret-word"),
        ("POSTGRES_PORT", "70000"),
        ("API_V1_STR", "no-slash"),
        ("DATABASE_POOL_SIZE", "0"),
        ("MAX_BODY_BYTES", "-1"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as refusal:
        load_settings()
    assert name in str(refusal.value)
    assert "s3cret-word" not in str(refusal.value) + repr(refusal.value.__context__)


def test_settings_come_from_the_environment_before_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("POSTGRES_SERVER=file\nPOSTGRES_DB=from_file\nUNKNOWN=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTGRES_SERVER", "environment")
    settings = load_settings()
    assert (settings.POSTGRES_SERVER, settings.POSTGRES_DB) == ("environment", "from_file")


@pytest.mark.parametrize(
    ("written", "password"),
    [
        ("'pa${HOME}ss'", "pa${HOME}ss"),
        ("pa$HOME", "pa$HOME"),
        ("'abc #def'", "abc #def"),
        ('"it\'s"', "it's"),
        ("'p@ss:w/ord%20#?&\\'\" é'", PASSWORD),
    ],
)
def test_a_password_in_the_env_file_means_what_it_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str, password: str
) -> None:
    (tmp_path / ".env").write_text(f"POSTGRES_PASSWORD={written}\n")
    monkeypatch.chdir(tmp_path)
    assert load_settings().POSTGRES_PASSWORD.get_secret_value() == password


def test_an_env_file_that_is_no_text_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_bytes(b"POSTGRES_PASSWORD=\xff\xfe\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load_settings()


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_SERVER", "")
    assert load_settings().uses_embedded


def test_the_data_directory_is_moved_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VISION_TASKS_DATA_DIR", "here")
    assert tmp_path / "here" == load_settings().DATA_DIRECTORY


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(_settings(), "PROJECT_NAME", "other")  # noqa: B010


def test_trusted_hosts_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_HOSTS", "desk.example.org, localhost")
    assert load_settings().TRUSTED_HOSTS == ("desk.example.org", "localhost")


@pytest.mark.parametrize(
    "schema", ["pg_catalog", "information_schema", "Upper", "a-b", "1st", 'a"b']
)
def test_a_schema_that_cannot_be_ours_is_refused_by_name(schema: str) -> None:
    with pytest.raises(ConfigurationError, match="POSTGRES_SCHEMA"):
        load_settings(POSTGRES_SCHEMA=schema)


def test_a_way_for_migrations_alone_is_refused_for_the_apps_would_go_elsewhere() -> None:
    with pytest.raises(ConfigurationError, match="MIGRATION_DATABASE_URL: is set without"):
        load_settings(MIGRATION_DATABASE_URL="postgresql://u@h/n")


def test_migrations_go_their_own_way_where_one_is_set() -> None:
    settings = load_settings(
        DATABASE_URL="postgresql://u:p@pooler/n", MIGRATION_DATABASE_URL="postgresql://u:p@direct/n"
    )
    assert settings.SQLALCHEMY_DATABASE_URI_SYNC.host == "pooler"
    direct = settings.for_migrations(connections=2)
    assert direct.SQLALCHEMY_DATABASE_URI_SYNC.host == "direct"
    assert "direct" in direct.database_place
    assert settings.SQLALCHEMY_DATABASE_URI_SYNC.host == "pooler"


def test_proxies_are_addresses_and_networks() -> None:
    settings = load_settings(_env_file=None, TRUSTED_PROXIES=" 10.0.0.7, 192.168.5.0/24,fd00::/8,")
    assert [str(one) for one in settings.TRUSTED_PROXIES] == [
        "10.0.0.7/32",
        "192.168.5.0/24",
        "fd00::/8",
    ]


@pytest.mark.parametrize(
    "value", ["proxy.example.org", "10.0.0.9/8", "10.0.9", "10.0.0.1 10.0.0.2"]
)
def test_a_proxy_that_cannot_be_read_is_one_line_that_shows_how(value: str) -> None:
    with pytest.raises(
        ConfigurationError, match=r"TRUSTED_PROXIES: is a list .* 10\.0\.0\.7"
    ) as caught:
        load_settings(_env_file=None, TRUSTED_PROXIES=value)
    assert value not in str(caught.value)
