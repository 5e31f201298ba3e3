"""`python -m reportgen`: the command line where its script is not on the path."""

import sys

if not sys.flags.safe_path and (own := __spec__.origin if __spec__ else None):
    # Python looks for modules in the current folder first, where a `random.py` of the user's may
    # lie: the package itself may be found there, all else is found elsewhere
    here = sys.path.pop(0)
    if own.startswith(here):
        sys.path.append(here)

from reportgen.cli import main

main(prog_name="reportgen")
