"""What was done to a batch as a whole, in words: for its page and for the history."""

from dashboard.language import gettext, ngettext
from vision_tasks.batch_entries import START_ACTIONS, BatchDeed
from vision_tasks.sentences import Sentence, sentence, verbatim

_UNDO_OF = "undo of "


def format_batch_deed(action: str, name: Sentence) -> str | None:
    """Say what `action` of the history did to the batch called `name`; None where it is another.

    In the past tense, as what somebody did: "started retry".
    """
    match action:
        case BatchDeed.STOP:
            return gettext("stopped %(name)s", name=name)
        case BatchDeed.GO_ON:
            return gettext("went on with %(name)s", name=name)
        case BatchDeed.END:
            return gettext("finished %(name)s", name=name)
    return gettext("started %(name)s", name=name) if action in START_ACTIONS else None


def format_deed_of_page(action: str) -> str | None:
    """Say it where it is plain which batch it is about: "started it"."""
    match action:
        case BatchDeed.STOP:
            return gettext("stopped it")
        case BatchDeed.GO_ON:
            return gettext("went on with it")
        case BatchDeed.END:
            return gettext("finished it")
    return gettext("started it") if action in START_ACTIONS else None


def format_batch_extent(action: str, tasks: int) -> str | None:
    """Say what its number of tasks means, to go after `format_batch_deed`."""
    if action in START_ACTIONS:
        return ngettext("on %(num)s planned task", "on %(num)s planned tasks", tasks)
    if action == BatchDeed.END:
        return ngettext("with %(num)s changed task", "with %(num)s changed tasks", tasks)
    if action in (BatchDeed.STOP, BatchDeed.GO_ON):
        return ngettext("after %(num)s changed task", "after %(num)s changed tasks", tasks)
    return None


def name_batch(name: str) -> Sentence:
    """Make what `batch_entries.format_name` wrote sayable: "retry", "undo of retry"."""
    undone = name.removeprefix(_UNDO_OF)
    return verbatim(name) if undone == name else name_undo(undone)


def name_undo(undone: str) -> Sentence:
    """Name the undo of a batch that did `undone`."""
    return sentence("undo of %(action)s", action=verbatim(undone))
