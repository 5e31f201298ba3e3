"""The commands, one a file: options, and what each tells; rooms are imported within them."""
