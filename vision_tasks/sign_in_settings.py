"""The settings of how staff sign in; part of `Settings`."""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from vision_tasks.web_addresses import is_safe_to_call


class SignInSettings(BaseSettings):
    """Passwords, OpenID Connect or both; the latter needs its three settings, or none of them."""

    OIDC_ISSUER: str | None = Field(
        None,
        description="Address of an OpenID Connect provider, as it names itself, by which staff can"
        " sign in; `https://…`, or `http://…` on this machine.",
    )
    OIDC_CLIENT_ID: str | None = Field(
        None, validate_default=True, description="Name that the provider knows this desk by."
    )
    OIDC_CLIENT_SECRET: SecretStr | None = Field(
        None, validate_default=True, description="Secret that goes with that name."
    )
    OIDC_NAME: str = Field(
        "single sign-on",
        max_length=60,
        description="What the button says after *Sign in with*.",
    )
    PASSWORD_SIGN_IN: bool = Field(
        default=True,
        description="Whether staff can sign in with a password; `false` leaves single sign-on"
        " only.",
    )

    @field_validator("OIDC_ISSUER")
    @classmethod
    def _check_issuer(cls, value: str | None) -> str | None:
        if value is not None and (not is_safe_to_call(value) or urlsplit(value).query):
            raise ValueError(
                "is no https:// address, as in https://login.example.org (http:// is for a"
                " provider on this machine)"
            )
        return value

    @field_validator("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    @classmethod
    def _check_the_three(
        cls, value: str | SecretStr | None, info: ValidationInfo
    ) -> str | SecretStr | None:
        # An issuer that was refused is missing here, and reported for itself.
        if "OIDC_ISSUER" not in info.data:
            return value
        if value is None and info.data["OIDC_ISSUER"] is not None:
            raise ValueError("is missing, which single sign-on by OIDC_ISSUER needs")
        if value is not None and info.data["OIDC_ISSUER"] is None:
            raise ValueError("is set without OIDC_ISSUER, which single sign-on needs as well")
        return value

    @field_validator("PASSWORD_SIGN_IN")
    @classmethod
    def _check_way_in(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001
        if not value and info.data.get("OIDC_ISSUER", "") is None:
            raise ValueError("is false without OIDC_ISSUER, so nobody could sign in")
        return value

    @property
    def uses_single_sign_on(self) -> bool:
        """True when staff can sign in by an OpenID Connect provider."""
        return self.OIDC_ISSUER is not None
