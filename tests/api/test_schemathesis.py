"""OpenAPI held to: Schemathesis reads the served document and tries all of it on the served API."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.keys import make_headers
from tests.servers import serve_api

# Enough to find what was wrong when this was written; other seeds and more examples find no more.
SEED = 1
EXAMPLES = 60
PHASES = ("examples", "coverage", "fuzzing", "stateful")
# How many of its requests meet a task as they ask for it is chance.
WARNINGS_OF_CHANCE = {"validation_mismatch", "missing_test_data", "low_valid_rate"}


def run_schemathesis(url: str, directory: Path) -> tuple[subprocess.CompletedProcess[str], Any]:
    # Where it fetches the document by itself, it leaves out the operation that serves it.
    document = directory / "openapi.json"
    document.write_bytes(httpx.get(f"{url}/openapi.json").content)
    report = directory / "report.json"
    (authorization,) = make_headers().items()
    arguments = {
        "url": url,
        "header": ": ".join(authorization),
        "checks": "all",
        "phases": ",".join(PHASES),
        "mode": "all",
        "seed": SEED,
        "max-examples": EXAMPLES,
        "generation-database": "none",
        # How fast values are made up is no matter of the API.
        "suppress-health-check": "all",
        "request-timeout": 60,
        "report": "json",
        "report-json-path": report,
    }
    options = [f"--{name}={value}" for name, value in arguments.items()]
    options += ["--continue-on-failure", "--no-color"]
    ran = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", str(document), *options],
        cwd=directory,
        env={
            **os.environ,
            "PYTHONPATH": str(Path.cwd()),
            "SCHEMATHESIS_HOOKS": "tests.api.schemathesis_hooks",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return ran, json.loads(report.read_text()) if report.exists() else None


@pytest.mark.timeout(300)
def test_the_served_api_is_what_its_document_says(settings, tmp_path):
    with serve_api(settings) as url:
        ran, report = run_schemathesis(url, tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    paths = json.loads((tmp_path / "openapi.json").read_text())["paths"]
    assert report["operations"]["tested"] == sum(len(item) for item in paths.values()) == 12
    assert {name: phase["status"] for name, phase in report["phases"].items()} == dict.fromkeys(
        PHASES, "success"
    )
    assert {name for name, told in report["warnings"].items() if told} <= WARNINGS_OF_CHANCE
    accepted = {
        name: sum(rate["accepted"] for rate in rates.values())
        for name, rates in report["valid_rates"].items()
    }
    assert all(accepted.values()), accepted
