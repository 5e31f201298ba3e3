"""What is measured of networks that answer inputs, one file a subject."""
