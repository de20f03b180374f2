"""Who may get into the standalone desk: the page for admins, and `flask staff`."""
