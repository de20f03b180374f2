"""Actions on many tasks: a dry run first, then chunk by chunk, with a report and a way back."""
