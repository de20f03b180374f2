"""Functions and triggers of PostgreSQL as values, and the statements that make them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """A function in PL/pgSQL; `traits` are its clauses besides the defaults.

    `is_definer` lets it run with the rights of its owner, and finds tables in its own schema only:
    nobody's temporary table can stand in for one.
    """

    name: str
    body: str
    arguments: str = ""
    returns: str = "trigger"
    traits: str = ""
    is_definer: bool = False

    def format_creation(self, schema: str, *, home: str) -> str:
        """Write the statement that makes it in `schema`, for tables in `home`; both stand as is."""
        definer = f" SECURITY DEFINER SET search_path = {home}, pg_temp" if self.is_definer else ""
        return (
            f"CREATE FUNCTION {schema}.{self.name}({self.arguments}) RETURNS {self.returns}"
            f" LANGUAGE plpgsql {self.traits}{definer} AS $${self.body}$$"
        )


@dataclass(frozen=True)
class Trigger:
    """A trigger on `table` that calls the function of its own name; `when` may be empty."""

    name: str
    table: str
    moment: str
    when: str = ""
    level: str = "ROW"
    referencing: str = ""

    def format_creation(self, schema: str) -> str:
        """Write the statement that makes it, on a table and with a function of `schema`."""
        referencing = f"REFERENCING {self.referencing} " if self.referencing else ""
        condition = f"WHEN ({self.when}) " if self.when else ""
        return (
            f"CREATE TRIGGER {self.name} {self.moment} ON {schema}.{self.table} {referencing}"
            f"FOR EACH {self.level} {condition}EXECUTE FUNCTION {schema}.{self.name}()"
        )
