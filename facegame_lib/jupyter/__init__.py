"""What the game brings along for Jupyter's own programs: settings, a page, a prompt connection."""
