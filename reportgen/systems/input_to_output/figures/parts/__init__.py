"""What several figures of this system share."""
