"""Many tasks in one request: read as they come, copied into the table meanwhile, or none at all."""
