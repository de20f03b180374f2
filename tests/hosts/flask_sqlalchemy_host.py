"""A company on Flask-SQLAlchemy 3, with revisions of its own and a login; one database for all.

`HOST_DATABASE_URL` names the database, `HOST_MIGRATIONS` the directory of its own revisions.
"""

import os

from flask import Flask, abort, g, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dashboard import Access, Action, TaskDashboard
from vision_tasks.config import load_settings


class Model(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Model)
csrf = CSRFProtect()
login_manager = LoginManager()
login_manager.login_view = "login"


class Customer(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Visit(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str]


class User(UserMixin):  # type: ignore[misc]
    def __init__(self, name: str) -> None:
        self.id = name
        self.is_staff = name.endswith("@acme.example")


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_user(name: str) -> User:
    return User(name)


class StaffOnly(Access):
    def allows(self, action: Action) -> bool:  # noqa: ARG002
        return bool(current_user.is_authenticated and current_user.is_staff)

    def refuse(self, action: Action) -> ResponseReturnValue | None:  # noqa: ARG002
        return None if current_user.is_authenticated else login_manager.unauthorized()


class StaffView(ModelView):  # type: ignore[misc]
    def is_accessible(self) -> bool:
        return bool(current_user.is_authenticated and current_user.is_staff)


def create_app() -> Flask:
    url = os.environ["HOST_DATABASE_URL"]
    app = Flask("acme")
    app.config.update(SECRET_KEY="the key of Acme", SQLALCHEMY_DATABASE_URI=url)
    db.init_app(app)
    Migrate(app, db, directory=os.environ.get("HOST_MIGRATIONS", "migrations"))
    login_manager.init_app(app)
    csrf.init_app(app)
    Babel(app)
    admin = Admin(app, name="Acme")
    admin.add_view(StaffView(Customer, db))
    add_pages(app)
    settings = load_settings(DATABASE_URL=url, POSTGRES_SCHEMA="task_desk")
    TaskDashboard(access=StaffOnly(), settings=settings).init_app(app, admin)
    return app


def add_pages(app: Flask) -> None:
    @app.before_request
    def begin_visit() -> None:
        g.visit = Visit(path=request.path)
        db.session.add(g.visit)

    @app.after_request
    def tell_visit(response):
        visit = g.get("visit")
        response.headers["X-Acme-Visit"] = "pending" if visit in db.session.new else "gone"
        return response

    @app.get("/")
    def home() -> str:
        return "Acme: home"

    @app.route("/login", methods=["GET", "POST"])
    @csrf.exempt  # type: ignore[untyped-decorator]
    def login() -> ResponseReturnValue:
        if request.method == "POST" and login_user(User(request.form["email"])):
            return redirect(url_for("home"))
        return "Acme: who are you?"

    @app.get("/cart")
    def cart() -> ResponseReturnValue:
        if "add" in request.args:
            session["cart"] = [*session.get("cart", []), request.args["add"]]
        return jsonify(cart=session.get("cart"), keys=sorted(session))

    app.add_url_rule("/broken", "broken", lambda: abort(500))
    app.register_error_handler(404, lambda _error: ("Acme has no such page", 404))
    app.register_error_handler(500, lambda _error: ("Acme is sorry", 500))
