"""Views: lists of tasks that somebody saved under a name, to find them again."""
