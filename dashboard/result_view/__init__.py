"""The result of a task as a person reads it: a tree that folds, with every digit as written."""

from dashboard.result_view.view import ResultView

__all__ = ["ResultView"]
