"""What this package adds to reportgen, laid out as a project is."""
