"""`python -m reportgen`: the command line where its script is not on the path."""

from reportgen.cli import main

main(prog_name="reportgen")
