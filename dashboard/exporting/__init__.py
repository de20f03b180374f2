"""Taking tasks out of the desk: everything that matches a filter, as a file."""
