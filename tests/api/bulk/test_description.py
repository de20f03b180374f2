"""What OpenAPI says of bulk requests."""

from tests.api.bulk.sending import BULK, JSON, NDJSON


async def test_a_body_is_a_task_a_line_or_an_array_of_them(stranger):
    document = await (await stranger.get("/openapi.json")).get_json()
    operation = document["paths"][BULK]["post"]
    content = operation["requestBody"]["content"]
    task = {"$ref": "#/components/schemas/BulkTask"}
    assert content[NDJSON]["schema"] == task
    assert content[JSON]["schema"] == {"type": "array", "items": task}
    schema = document["components"]["schemas"]["BulkTask"]
    assert (schema["required"], schema["additionalProperties"]) == (["filename"], False)
    assert {one["name"] for one in operation["parameters"]} == {"Prefer", "Idempotency-Key"}
    assert {"201", "400", "401", "403", "408", "409", "413", "415", "422", "503", "504"} <= set(
        operation["responses"]
    )
    assert "Preference-Applied" in operation["responses"]["201"]["headers"]
    assert "line" in document["components"]["schemas"]["FieldProblem"]["properties"]
