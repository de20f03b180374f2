"""How tests read an error."""

from typing import Any

from quart import Response

TASKS = "/api/v1/tasks"
JSON = {"Content-Type": "application/json"}
SOMEBODY = f"{TASKS}/6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90"


async def read_problem(response: Response, status: int, code: str) -> dict[str, Any]:
    """Read a problem, after checking all that every problem has."""
    problem: dict[str, Any] = await response.get_json(force=True)
    assert (response.status_code, problem.get("code")) == (status, code), problem
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["type"] == f"urn:vision-tasks:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    return problem


async def read_refusal(
    response: Response, challenge: str = 'Bearer error="invalid_token"'
) -> dict[str, Any]:
    """Read what whoever has no key in force is told."""
    problem = await read_problem(response, 401, "unauthenticated")
    assert response.headers.getlist("WWW-Authenticate") == [challenge]
    return problem


async def read_field(response: Response) -> str:
    """Read which field was refused."""
    problem = await read_problem(response, 422, "invalid_field")
    [error] = problem["errors"]
    assert error["reason"]
    return str(error["field"])
