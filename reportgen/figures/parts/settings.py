"""What matplotlib draws with: its settings as they are delivered and fonts from packages, whatever the user's files and system have."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager


@contextmanager
def plain(settings: Mapping[str, Any]) -> Iterator[None]:
    """Matplotlib as it is delivered but for these settings; put back afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        yield


def use_fonts(paths: list[Path]) -> None:
    """Draw with these fonts and those that matplotlib brings: one of the same name on the machine may be another version."""
    manager, brought = font_manager.fontManager, Path(mpl.get_data_path())
    manager.ttflist = sorted(
        (font for font in manager.ttflist if Path(font.fname).is_relative_to(brought)),
        key=lambda font: font.fname,
    )
    for path in paths:
        manager.addfont(path)
