"""The application's role and database in the embedded server."""

from psycopg2.extensions import encrypt_password
from pydantic import SecretStr

from vision_tasks.embedded.address import Address
from vision_tasks.embedded.connections import connect

NAME = "vision_tasks"


def ensure_application(superuser: Address, password: SecretStr) -> None:
    """Make the role and its database if either is missing.

    Both are looked for at every start, since a start may be killed between the two.
    """
    with connect(superuser) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", (NAME,))
        if cursor.rowcount == 0:
            # Only the hash travels, so no log can show the password.
            secret = password.get_secret_value()
            hashed = encrypt_password(secret, NAME, connection, "scram-sha-256")
            cursor.execute(
                f"CREATE ROLE {NAME} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
                " NOREPLICATION NOBYPASSRLS PASSWORD %s",
                (hashed,),
            )
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", (NAME,))
        if cursor.rowcount == 0:
            cursor.execute(
                f"CREATE DATABASE {NAME} OWNER {NAME} TEMPLATE template0 ENCODING 'UTF8'"
            )
