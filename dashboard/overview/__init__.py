"""The first page: how many tasks there are, how they come and go, and what goes wrong."""

from dashboard.overview.page import OverviewPage

__all__ = ["OverviewPage"]
