"""A company on Flask-SQLAlchemy-Lite, whose proxy says who somebody is; no database is shared."""

from flask import Flask, g, jsonify, request, session
from flask.typing import ResponseReturnValue
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.exceptions import HTTPException

from dashboard import Access, Action, TaskDashboard
from vision_tasks.config import Settings

STAFF = {"ana": "support", "ben": "guest"}


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


db = SQLAlchemy()


class ByRole(Access):
    def allows(self, action: Action) -> bool:
        role = STAFF.get(request.headers.get("X-Remote-User", ""))
        return role == "support" or (role == "guest" and action is Action.SEE)


def create_app(url: str, settings: Settings) -> Flask:
    app = Flask("acme")
    app.config.update(SECRET_KEY="the key of Acme", SQLALCHEMY_ENGINES={"default": url})
    db.init_app(app)
    Babel(app)
    admin = Admin(app, name="Acme")
    with app.app_context():
        admin.add_view(ModelView(Customer, db))
    TaskDashboard(access=ByRole(), settings=settings).init_app(app, admin)

    @app.before_request
    def begin_visit() -> None:
        g.visit = Visit(path=request.path)
        db.session.add(g.visit)
        db.session.flush()

    @app.after_request
    def tell_visit(response):
        pending = g.visit in db.session and db.session.in_transaction()
        response.headers["X-Acme-Visit"] = "pending" if pending else "gone"
        return response

    @app.get("/")
    def home() -> str:
        return "Acme: home"

    @app.get("/cart")
    def cart() -> ResponseReturnValue:
        if "add" in request.args:
            session["cart"] = [*session.get("cart", []), request.args["add"]]
        return jsonify(cart=session.get("cart"), keys=sorted(session))

    @app.get("/broken")
    def broken() -> str:
        return str(1 / 0)

    @app.errorhandler(404)
    def show_nothing(_error: Exception) -> tuple[str, int]:
        return "Acme has no such page", 404

    @app.errorhandler(Exception)
    def show_sorry(error: Exception) -> ResponseReturnValue:
        return error if isinstance(error, HTTPException) else ("Acme is sorry", 500)

    return app
