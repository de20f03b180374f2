"""A company on plain SQLAlchemy: its own engine and scoped session, one database for all."""

import warnings

from flask import Flask, Response, g, jsonify, redirect, render_template_string, request, session
from flask.typing import ResponseReturnValue
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker

from dashboard import Action, TaskDashboard
from vision_tasks.config import load_settings


class Model(DeclarativeBase):
    pass


class Customer(Model):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Visit(Model):
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str]


class SignedIn:
    """All that the desk needs to know here; no base class of its own."""

    def allows(self, action: Action) -> bool:  # noqa: ARG002
        return "user" in session


class Dashboard(AdminIndexView):  # type: ignore[misc]
    @expose("/")  # type: ignore[untyped-decorator]
    def index(self) -> str:
        return render_template_string("Acme: the back office of {{ session.user }}")


def create_app(url: str) -> Flask:
    app = Flask("acme")
    app.secret_key = "the key of Acme"
    Babel(app)
    engine = create_engine(url)
    database = scoped_session(sessionmaker(engine))
    app.extensions["acme"] = {"engine": engine}
    admin = Admin(app, name="Acme", index_view=Dashboard(name="Acme"))
    with warnings.catch_warnings():
        # Flask-Admin announces that it will take no session in its version 3.
        warnings.simplefilter("ignore", DeprecationWarning)
        admin.add_view(ModelView(Customer, database, category="Sales"))
    settings = load_settings(DATABASE_URL=url, POSTGRES_SCHEMA="task_desk")
    TaskDashboard(access=SignedIn(), settings=settings, category="Pipeline").init_app(app, admin)
    app.teardown_appcontext(lambda _error: database.remove())
    keep_visits(app, database)
    add_pages(app)
    return app


def keep_visits(app: Flask, database) -> None:
    @app.before_request
    def begin_visit() -> None:
        g.visit = Visit(path=request.path)
        database.add(g.visit)
        database.flush()

    @app.after_request
    def tell_visit(response: Response) -> Response:
        pending = g.visit in database and database().in_transaction()
        response.headers["X-Acme-Visit"] = "pending" if pending else "gone"
        return response


def add_pages(app: Flask) -> None:
    app.add_url_rule("/", "home", lambda: "Acme: home")

    @app.post("/login")
    def login() -> ResponseReturnValue:
        session["user"] = request.form["user"]
        return redirect("/")

    @app.get("/cart")
    def cart() -> ResponseReturnValue:
        if "add" in request.args:
            session["cart"] = [*session.get("cart", []), request.args["add"]]
        return jsonify(cart=session.get("cart"), keys=sorted(session))

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("of Acme")

    app.register_error_handler(404, lambda _error: ("Acme has no such page", 404))
    app.register_error_handler(RuntimeError, lambda _error: ("Acme is sorry", 500))
