"""What to narrow where a search takes too long: which filter, and how."""

from dashboard.list_parameters import ListParameters
from vision_tasks.search_ways import is_indexed
from vision_tasks.sentences import Sentence, sentence

_LONG_SEARCH = 6


def list_narrowings(parameters: ListParameters) -> list[Sentence]:
    """Say which filter of the list to narrow, the most promising first."""
    wanted = parameters.task_filter
    advice = []
    if wanted.filename is not None and len(wanted.filename) < _LONG_SEARCH:
        advice.append(sentence("Search for a longer part of the filename."))
    if wanted.result and not any(one.is_indexed for one in wanted.result):
        advice.append(
            sentence("Ask the result for a whole value: an index knows %(example)s.", example="=")
        )
    if wanted.created_from is None and wanted.created_to is None:
        advice.append(sentence("Add the days between which the tasks were created."))
    elif is_indexed(wanted):
        advice.append(sentence("Choose fewer days."))
    if wanted.status is None:
        advice.append(sentence("Choose a status."))
    return advice or [sentence("Choose fewer days.")]
