"""What the README and the habits of the code promise, held against the project itself."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from vision_tasks.cli import main
from vision_tasks.config import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = [
    path
    for folder in ("api", "dashboard", "migrations", "tests", "vision_tasks")
    for path in sorted((ROOT / folder).rglob("*.py"))
] + [ROOT / "asgi.py", ROOT / "wsgi.py"]
MAX_LINES = 300
ADDRESS = re.compile(r"p[y]pi\.org|pythonhoste[d]\.org|npmj[s]\.|debia[n]\.org")


def _read_settings_table() -> dict[str, tuple[str, str]]:
    table = README.split("| setting | default | meaning |\n|---|---|---|\n")[1].split("\n\n")[0]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()]
    return {name.strip("`"): (default.strip("`"), meaning) for name, default, meaning in rows}


def test_every_setting_has_a_row_in_the_readme_and_every_row_a_setting() -> None:
    names = {
        "VISION_TASKS_DATA_DIR" if name == "DATA_DIRECTORY" else name
        for name in Settings.model_fields
    }
    assert set(_read_settings_table()) == names


@pytest.mark.parametrize(
    "name", [name for name in Settings.model_fields if name != "DATA_DIRECTORY"]
)
def test_a_row_tells_the_default_and_the_meaning_of_its_setting(name: str) -> None:
    field = Settings.model_fields[name]
    default, meaning = _read_settings_table()[name]
    assert meaning == field.description
    if field.default is None or hasattr(field.default, "get_secret_value"):
        assert default == "none"
    elif isinstance(field.default, tuple):
        assert default == (",".join(field.default) or "none")
    elif isinstance(field.default, bool):
        assert default == str(field.default).lower()
    elif isinstance(field.default, float | int):
        assert float(default) == field.default
    else:
        assert default == field.default


def test_the_two_commands_of_the_readme_are_there_as_they_stand() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert blocks[0] == "pip install uv && uv run vision-tasks serve\n"
    assert blocks[1] == "pip install uv && uv run pytest\n"


def test_ci_installs_what_the_readme_says_and_runs_its_test_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert "python3 -m pip install --quiet uv" in lines
    assert "uv run pytest" in lines


@pytest.mark.parametrize(
    "option", ["--host", "--api-port", "--dashboard-port", "--workers", "--data-dir"]
)
def test_the_readme_names_every_option_of_serve(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(shlex.split("serve --help"))
    assert option in capsys.readouterr().out
    assert f"`{option}`" in README


def test_the_pictures_and_folders_of_the_readme_exist() -> None:
    paths = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README) + re.findall(r"^\| `(\w+/)`", README, re.M)
    assert len(paths) >= 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_files_stay_small() -> None:
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES)
    assert lengths[-1] <= MAX_LINES
    assert lengths[len(lengths) * 9 // 10] <= 200


def test_no_pattern_repeats_a_group_possessively() -> None:
    # Python before 3.11.5 matches those wrongly where something in the group can be given back.
    possessive = re.compile(r"\(\?.*\)[*+?]\+")
    assert [path.name for path in SOURCES if possessive.search(path.read_text("utf-8"))] == []


def test_every_module_says_what_it_owns() -> None:
    silent = [
        path.name
        for path in SOURCES
        if "tests" not in path.parts
        and not path.read_text(encoding="utf-8").lstrip().startswith('"""')
    ]
    assert silent == []


def test_the_lock_pins_by_hash_and_holds_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    packages = re.findall(r"^[a-z0-9][^ ]*==", lock, re.MULTILINE)
    assert len(packages) > 20
    # A marker compares with spaces around, a pin without.
    assert len(re.findall(r"(?<! )==", lock)) == len(packages)
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[a-z0-9])", lock))
    assert "://" not in lock


def test_no_file_names_a_registry() -> None:
    files = [*SOURCES, *ROOT.glob("*.*"), *(ROOT / ".ci").iterdir(), *(ROOT / "docs").rglob("*.md")]
    named = [
        path.name
        for path in files
        if path.is_file()
        and path.name != "uv.lock"
        and ADDRESS.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert named == []


def test_dependencies_are_bounded_and_resolution_has_a_date() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["uv"]["exclude-newer"]
    unbounded = [
        one for one in project["project"]["dependencies"] if "<" not in one or ">=" not in one
    ]
    assert unbounded == []


def test_resolution_files_of_uv_stay_out_of_git() -> None:
    assert "uv.lock" in (ROOT / ".gitignore").read_text().splitlines()
