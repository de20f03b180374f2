"""The Content-Security-Policy of the standalone desk."""

CLOSED_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " object-src 'none'"
)
"""For whatever is no page: opened by itself, it may load and run nothing."""


def format_page_policy(nonce: str, picture_origin: str | None = None) -> str:
    """Write the policy of one page, whose scripts and style sheets carry `nonce`.

    The pictures of tasks come from `picture_origin`, and where that redirects, from there only if
    it is the same. Bootstrap's style sheet holds its icons as `data:` images. Form targets are held
    to this desk through redirects too, as Chromium does it: who is to go elsewhere is sent there by
    a link.
    """
    pictures = f" {picture_origin}" if picture_origin else ""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}';"
        f" img-src 'self' data:{pictures}; font-src 'self'; connect-src 'self'; base-uri 'none';"
        " form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )
