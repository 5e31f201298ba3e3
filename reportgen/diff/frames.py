"""A few frames of a film, as one picture: what can be compared, and kept beside a configuration."""

import subprocess
from io import BytesIO
from pathlib import Path

from PIL import Image

from reportgen.errors import DamageError
from reportgen.files import read

FRAME = 640  # pixels in width
MOMENTS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of a film's time
EARLIER = 0.3  # seconds before the end at which the last picture stands for certain
LONGEST = 60  # seconds that finding one frame may take
_TIMES = b"mvhd"  # the part of an MP4 file that says how long it is


def strip(film: Path) -> Image.Image:
    """A film's first picture, its last and those between, one below the other; DamageError where
    the file is no film.
    """
    last = max(seconds(film) - EARLIER, 0.0)
    frames = [_frame(film, moment * last) for moment in MOMENTS]
    sheet = Image.new("RGB", (FRAME, sum(frame.height for frame in frames)), "white")
    top = 0
    for frame in frames:
        sheet.paste(frame, (0, top))
        top += frame.height
    return sheet


def seconds(film: Path) -> float:
    """How long a film says that it is; DamageError where it says nothing."""
    content = read(film)
    at = content.find(_TIMES)
    about = content[at + 4 : at + 36]
    if at < 0 or len(about) < 32:
        raise DamageError(f"{film} is damaged: it does not say how long it is")
    # a version, flags, two dates, then ticks a second and ticks; dates and ticks may be long ones
    long = about[0] == 1
    units = int.from_bytes(about[20:24] if long else about[12:16])
    ticks = int.from_bytes(about[24:32] if long else about[16:20])
    if not units:
        raise DamageError(f"{film} is damaged: it does not say how long it is")
    return ticks / units


def _frame(film: Path, moment: float) -> Image.Image:
    """The picture at a moment, in seconds."""
    from imageio_ffmpeg import get_ffmpeg_exe

    command = [get_ffmpeg_exe(), "-v", "error", "-nostdin", "-threads", "1"]
    command += ["-ss", f"{moment:.3f}", "-f", "mp4", "-i", str(film.resolve()), "-frames:v", "1"]
    command += ["-vf", f"scale={FRAME}:-2", "-c:v", "bmp", "-f", "image2pipe", "-"]
    try:
        made = subprocess.run(command, capture_output=True, timeout=LONGEST)
        with Image.open(BytesIO(made.stdout), formats=["BMP"]) as image:
            return image.convert("RGB")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DamageError(f"{film} is damaged: no picture at {moment:.1f} s") from error
