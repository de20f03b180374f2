"""Keys of API clients at the desk: a page for whoever may manage them, and `flask api-key`."""
