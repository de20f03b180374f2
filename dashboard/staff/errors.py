"""Why somebody cannot be added to the staff, or changed; each stops before anything is written."""

from vision_tasks.errors import VisionTasksError
from vision_tasks.sentences import sentence, verbatim
from vision_tasks.staff import StaffRecord


class StaffNotFoundError(VisionTasksError):
    """Nobody on the staff is known by this."""

    code = "staff_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(sentence("There is nobody %(name)s on the staff.", name=name))


class StaffExistsError(VisionTasksError):
    """The address belongs to somebody on the staff already, who may be disabled."""

    code = "staff_exists"

    def __init__(self, email: str) -> None:
        super().__init__(sentence("%(email)s is on the staff already.", email=email))


class StaffChangedError(VisionTasksError):
    """Somebody is not what was seen any more; nothing was done."""

    code = "staff_changed"

    def __init__(self, now: StaffRecord) -> None:
        state = sentence("active") if now.is_active else sentence("disabled")
        super().__init__(
            sentence(
                "Nothing was done, for somebody else has changed this meanwhile: %(email)s is"
                " %(state)s now, with the role %(role)s. Look again, then decide.",
                email=now.email,
                state=state,
                role=verbatim(now.role),
            )
        )


class PasswordChangedError(VisionTasksError):
    """The password is not the one that was seen; nothing was done."""

    code = "staff_password_changed"

    def __init__(self, email: str) -> None:
        super().__init__(
            sentence(
                "The password of %(email)s was changed a moment ago, by somebody else or by this"
                " very form, and was not changed again. If you do not know the new one, reset it"
                " once more.",
                email=email,
            )
        )


class SecondFactorChangedError(VisionTasksError):
    """The second factor is not the one that was seen; nothing was done."""

    code = "staff_second_factor_changed"

    def __init__(self, email: str) -> None:
        super().__init__(
            sentence(
                "Nothing was done, for %(email)s has set up another second factor meanwhile. Look"
                " again, then decide.",
                email=email,
            )
        )


class LastAdminError(VisionTasksError):
    """Without this admin nobody could manage the staff any more; nothing was done."""

    code = "last_admin"

    def __init__(self, email: str) -> None:
        super().__init__(
            sentence(
                "Without %(email)s no active admin would be left who can sign in, so nothing was"
                " done. Make somebody else an admin first.",
                email=email,
            )
        )


class OwnAccountError(VisionTasksError):
    """Somebody was about to shut themselves out; nothing was done."""

    code = "own_account"

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "This is your own account, and nothing was done to it: another admin can change"
                " your role or disable you, the rest is done under your address in the menu."
            )
        )
