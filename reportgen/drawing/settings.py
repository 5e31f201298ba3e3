"""What matplotlib draws with: its settings as they are delivered and fonts from packages, whatever
the user's files and system have.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl


@contextmanager
def plain(settings: Mapping[str, Any]) -> Iterator[None]:
    """Matplotlib as it is delivered but for these settings; put back afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        yield
