"""Every page that links of the desk lead to, a few of each kind."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.dashboard.forms import read_page

PER_KIND = 2
_SIGN_OUT = "/admin/logout"


def crawl(client: Any, *starts: str) -> Iterator[tuple[str, Any]]:
    """Follow links from `starts`; returns each address with its answer, redirects not followed."""
    waiting, seen, kinds = deque(starts), set(starts), Counter[str]()
    while waiting:
        url = waiting.popleft()
        kind = _find_kind(url)
        kinds[kind] += 1
        if kinds[kind] > PER_KIND:
            continue
        page = client.get(url)
        yield url, page
        if page.mimetype != "text/html":
            continue
        for tag, values in read_page(page).tags:
            link = _resolve(url, values.get("href", "")) if tag == "a" else ""
            if link.startswith("/admin/") and link not in seen and "language=" not in link:
                seen.add(link)
                waiting.append(link)


def _resolve(url: str, href: str) -> str:
    href = href.partition("#")[0]
    return f"{urlsplit(url).path}{href}" if href.startswith("?") else href


def _find_kind(url: str) -> str:
    parts = urlsplit(url)
    path = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+", "#", parts.path)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&")})
    return f"{path}?{'&'.join(names)}"
