"""The page and the command for staff, in the standalone app only: a host has its own."""

from flask import Flask
from flask_admin import Admin

from dashboard.staff.commands import make_staff_commands
from dashboard.staff.pages import StaffPage
from vision_tasks.config import Settings


def set_up_staff(app: Flask, admin: Admin, settings: Settings) -> None:
    """Add both; opens no connection and needs no key."""
    admin.add_view(StaffPage())
    app.cli.add_command(make_staff_commands(settings))
