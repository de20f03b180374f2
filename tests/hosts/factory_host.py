"""A company whose factory is called many times, with extensions and Admin at module level."""

from flask import Blueprint, Flask, Response, abort, g, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dashboard import Access, Action, TaskDashboard


class Model(DeclarativeBase):
    pass


class SignedIn(Access):
    def allows(self, action: Action) -> bool:  # noqa: ARG002
        return session.get("user") is not None


db = SQLAlchemy(model_class=Model)
babel = Babel()
admin = Admin(name="Acme")
# Its settings come from the environment of the moment in which it joins an app.
desk = TaskDashboard(access=SignedIn())
pages = Blueprint("pages", __name__)


class Customer(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Visit(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str]


admin.add_view(ModelView(Customer, db))


def create_app(url: str) -> Flask:
    app = Flask("acme")
    app.config.update(SECRET_KEY="the key of Acme", SQLALCHEMY_DATABASE_URI=url)
    db.init_app(app)
    babel.init_app(app)
    admin.init_app(app)
    desk.init_app(app, admin)
    app.register_blueprint(pages)
    return app


@pages.before_app_request
def begin_visit() -> None:
    g.visit = Visit(path=request.path)
    db.session.add(g.visit)


@pages.after_app_request
def tell_visit(response: Response) -> Response:
    response.headers["X-Acme-Visit"] = "pending" if g.visit in db.session.new else "gone"
    return response


@pages.get("/")
def home() -> str:
    return "Acme: home"


@pages.post("/login")
def login() -> ResponseReturnValue:
    session["user"] = request.form["user"]
    return redirect("/")


@pages.get("/cart")
def cart() -> ResponseReturnValue:
    if "add" in request.args:
        session["cart"] = [*session.get("cart", []), request.args["add"]]
    return jsonify(cart=session.get("cart"), keys=sorted(session))


@pages.get("/broken")
def broken() -> str:
    abort(500)


@pages.app_errorhandler(404)
def show_nothing(_error: Exception) -> tuple[str, int]:
    return "Acme has no such page", 404


@pages.app_errorhandler(500)
def show_sorry(_error: Exception) -> tuple[str, int]:
    return "Acme is sorry", 500
