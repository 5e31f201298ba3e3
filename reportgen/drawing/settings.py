"""What matplotlib draws with: its settings as they are delivered and fonts from packages, whatever
the user's files and system have.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.typing import RcKeyType


@contextmanager
def plain(settings: Mapping[RcKeyType, object]) -> Iterator[None]:
    """Matplotlib as it is delivered but for these settings; put back afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        yield
