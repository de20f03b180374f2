"""The one Alembic environment of both apps."""
