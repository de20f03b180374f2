"""starlette-admin as its manual shows it, on the tables of the desk: nothing done for many rows."""

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from starlette.applications import Starlette
from starlette_admin.contrib.sqla import Admin, ModelView

from vision_tasks.config import load_settings
from vision_tasks.models import Task, TaskChange


class TaskView(ModelView):
    page_size = 20
    searchable_fields = ["filename"]


class FilteredView(ModelView):
    page_size = 20


class ChangeView(ModelView):
    page_size = 20


engine = create_engine(load_settings().SQLALCHEMY_DATABASE_URI_SYNC)
app = Starlette()
admin = Admin(sessionmaker(engine), secret_key="of a benchmark, thirty-two bytes")
admin.add_view(TaskView(Task, key="tasks"))
# What is not searched cannot be filtered by.
admin.add_view(FilteredView(Task, key="filtered"))
admin.add_view(ChangeView(TaskChange, key="changes"))
admin.mount_to(app)
