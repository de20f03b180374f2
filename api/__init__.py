"""Quart in front, asyncpg behind: HTTP for clients."""

from api.app import create_app

__all__ = ["create_app"]
