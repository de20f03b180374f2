"""Why nobody was signed in by the provider; the reason is for the log."""

from vision_tasks.errors import VisionTasksError
from vision_tasks.models import EMAIL_MAX_CHARACTERS
from vision_tasks.sentences import sentence

_CAUSE_CHARACTERS = 200


class ProviderAwayError(VisionTasksError):
    """The provider cannot be reached, or answers as no provider does."""

    code = "provider_away"

    def __init__(self, reason: str) -> None:
        super().__init__(
            sentence("The sign-in service does not answer as it should; try again shortly.")
        )
        self.reason = reason


class ProviderBusyError(ProviderAwayError):
    """As many calls of the provider are under way as may; each holds a thread of the desk."""

    code = "provider_busy"

    def __init__(self) -> None:
        super().__init__("as many calls of it as may are under way")


class AnswerRefusedError(VisionTasksError):
    """The provider did not sign anybody in, or what came back cannot be trusted."""

    code = "provider_answer_refused"

    def __init__(
        self,
        reason: str,
        message: str = sentence(
            "The answer of the sign-in service could not be verified, so you were not signed in."
            " Begin again; whoever runs this desk finds the reason in its log."
        ),
    ) -> None:
        super().__init__(message)
        self.reason = reason


class NotOnStaffError(VisionTasksError):
    """The provider vouches for somebody whom the staff does not know, or who is disabled."""

    code = "not_on_staff"

    def __init__(self, email: str) -> None:
        email = email[:EMAIL_MAX_CHARACTERS]
        super().__init__(
            sentence(
                "The sign-in service knows you as %(email)s, but no active account of this desk has"
                " that address. An admin of the desk can add or enable it.",
                email=email,
            )
        )
        self.reason = f"{email!a} is not on the staff, or disabled"


def describe_cause(exc: Exception) -> str:
    """Write what went wrong for one line of the log, however much of an answer it quotes."""
    return f"{type(exc).__name__}: {str(exc)[:_CAUSE_CHARACTERS]!a}"
