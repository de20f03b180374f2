"""The history of tasks as pages: the timeline of one, a search through all, undo."""
