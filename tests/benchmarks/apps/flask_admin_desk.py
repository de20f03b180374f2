"""Flask-Admin as its manual shows it, on the tables of the desk: nothing done for many rows.

In `newest/` the same with the order that a list of tasks wants, which is not its default.
"""

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy_lite import SQLAlchemy

from vision_tasks.config import load_settings
from vision_tasks.models import Task, TaskChange


class TaskView(ModelView):
    column_display_pk = True
    can_view_details = True
    column_searchable_list = ["filename"]
    column_filters = ["id", "status", "created_at", "updated_at"]
    named_filter_urls = True


class NewestFirst(TaskView):
    column_default_sort = ("created_at", True)


class ChangeView(ModelView):
    column_filters = ["actor"]
    named_filter_urls = True


settings = load_settings()
app = Flask("peer")
app.config.update(
    SECRET_KEY="of a benchmark",
    SQLALCHEMY_ENGINES={"default": settings.SQLALCHEMY_DATABASE_URI_SYNC},
)
db = SQLAlchemy(app)
Babel(app)
admin = Admin(app)
with app.app_context():
    admin.add_view(TaskView(Task, db, url="tasks"))
    admin.add_view(NewestFirst(Task, db, url="newest", endpoint="newest"))
    admin.add_view(ChangeView(TaskChange, db, url="changes"))
