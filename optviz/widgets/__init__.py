"""Things to drag."""
