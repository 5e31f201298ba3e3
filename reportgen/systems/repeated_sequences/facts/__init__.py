"""What is measured of networks that read sequences which repeat themselves."""
