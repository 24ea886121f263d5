"""What the game brings along for Jupyter's own programs: settings, a page, a connection that does not wait."""
