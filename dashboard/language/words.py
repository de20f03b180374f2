"""Words that stand for themselves in the database and in addresses, and are said by `say_word`.

They are written here so that a catalog has them; nothing reads them.
"""

from vision_tasks.sentences import sentence

STATUSES = (
    sentence("PENDING"),
    sentence("PROCESSING"),
    sentence("COMPLETED"),
    sentence("FAILED"),
)
FIELDS = (
    sentence("action"),
    sentence("actor"),
    sentence("batch"),
    sentence("changed_from"),
    sentence("changed_to"),
    sentence("created"),
    sentence("created_at"),
    sentence("created_from"),
    sentence("created_to"),
    sentence("days"),
    sentence("deletes"),
    sentence("email"),
    sentence("filename"),
    sentence("filter"),
    sentence("filters"),
    sentence("format"),
    sentence("hours"),
    sentence("id"),
    sentence("key"),
    sentence("merged_result"),
    sentence("name"),
    sentence("newer_than"),
    sentence("older_than"),
    sentence("page_size"),
    sentence("password"),
    sentence("reason"),
    sentence("result"),
    sentence("role"),
    sentence("role_before"),
    sentence("scopes"),
    sentence("search"),
    sentence("staff"),
    sentence("status"),
    sentence("task"),
    sentence("ticked"),
    sentence("undoes"),
    sentence("updated_at"),
    sentence("version"),
    sentence("whole"),
    sentence("yours"),
)
MOVES = (
    sentence("start"),
    sentence("cancel"),
    sentence("complete"),
    sentence("fail"),
    sentence("release"),
    sentence("retry"),
    sentence("run again"),
)
BULK_ACTIONS = (
    sentence("set result"),
    sentence("delete"),
    sentence("undo"),
)
# What the history calls what was done; `undo` and `delete` are above.
ACTIONS = (
    sentence("bulk cancel"),
    sentence("bulk delete"),
    sentence("bulk end"),
    sentence("bulk go on"),
    sentence("bulk retry"),
    sentence("bulk run again"),
    sentence("bulk set result"),
    sentence("bulk stop"),
    sentence("bulk undo"),
    sentence("change"),
    sentence("create"),
    sentence("export"),
    sentence("key made"),
    sentence("key revoked"),
    sentence("key rotated"),
    sentence("password changed"),
    sentence("password reset"),
    sentence("second factor removed"),
    sentence("second factor set up"),
    sentence("sessions ended"),
    sentence("staff added"),
    sentence("staff disabled"),
    sentence("staff enabled"),
    sentence("staff role changed"),
)
ROLES = (
    sentence("viewer"),
    sentence("editor"),
    sentence("admin"),
)
KEY_STATES = (
    sentence("in force"),
    sentence("expired"),
    sentence("revoked"),
)
