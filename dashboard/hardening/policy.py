"""The Content-Security-Policy of the standalone desk."""

CLOSED_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " object-src 'none'"
)
"""For whatever is no page: opened by itself, it may load and run nothing."""


def format_page_policy(nonce: str) -> str:
    """Write the policy of one page, whose scripts and style sheets carry `nonce`.

    Bootstrap's style sheet holds its icons as `data:` images. Form targets are held to this desk
    through redirects too, as Chromium does it: who is to go elsewhere is sent there by a link.
    """
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}';"
        " img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none';"
        " form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )
