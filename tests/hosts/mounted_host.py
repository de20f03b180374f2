"""A company whose app lives below `/intranet`, behind a proxy or inside another WSGI app."""

from flask import Flask, Response, abort, g, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from dashboard import Access, Action, TaskDashboard
from vision_tasks.config import Settings


class Model(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Model)


class Customer(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Visit(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str]


class SignedIn(Access):
    def allows(self, action: Action) -> bool:  # noqa: ARG002
        return "user" in session

    def refuse(self, action: Action) -> ResponseReturnValue | None:  # noqa: ARG002
        return redirect(url_for("login", next=request.full_path))


def create_app(url: str, settings: Settings) -> Flask:
    app = Flask("acme")
    app.config.update(SECRET_KEY="the key of Acme", SQLALCHEMY_DATABASE_URI=url)
    db.init_app(app)
    Babel(app)
    admin = Admin(app, name="Acme")
    admin.add_view(ModelView(Customer, db))
    TaskDashboard(access=SignedIn(), settings=settings).init_app(app, admin)
    add_pages(app)
    return app


def add_pages(app: Flask) -> None:
    @app.before_request
    def begin_visit() -> None:
        g.visit = Visit(path=request.path)
        db.session.add(g.visit)

    @app.after_request
    def tell_visit(response: Response) -> Response:
        response.headers["X-Acme-Visit"] = "pending" if g.visit in db.session.new else "gone"
        return response

    app.add_url_rule("/", "home", lambda: "Acme: home")

    @app.route("/login", methods=["GET", "POST"])
    def login() -> ResponseReturnValue:
        if request.method == "POST":
            session["user"] = request.form["user"]
        return "Acme: who are you?"

    @app.get("/cart")
    def cart() -> ResponseReturnValue:
        if "add" in request.args:
            session["cart"] = [*session.get("cart", []), request.args["add"]]
        return jsonify(cart=session.get("cart"), keys=sorted(session))

    app.add_url_rule("/broken", "broken", lambda: abort(500))
    app.register_error_handler(404, lambda _error: ("Acme has no such page", 404))
    app.register_error_handler(500, lambda _error: ("Acme is sorry", 500))
