"""What is written for a token of a text, so that every token can be seen and no two look alike."""

from unicodedata import category

OTHER = "\u25a1"  # what stands for every token that is too rare to be in the vocabulary
SHOWN = {
    " ": "\u2423",
    "\n": "\u23ce",
    "\t": "\u21e5",
}  # what is written for tokens that leave no mark
_TAKEN = {OTHER, *SHOWN.values()}
_UNSEEN = (
    "C",
    "M",
    "Z",
)  # of Unicode: without a form of their own, laid over another character, separators


def written(token: str) -> str:
    """A token as it is, or a mark for it; characters that cannot be seen, or whose form stands for another token, by their number: U+200B."""
    if token in SHOWN:
        return SHOWN[token]
    return "".join(
        f"U+{ord(c):04X}" if category(c)[0] in _UNSEEN or token in _TAKEN else c for c in token
    )


def kind_of(name: str) -> str:
    """The class of a token by what is written for it."""
    if name in SHOWN.values():
        return "space"
    if name == OTHER or name.startswith("U+") or not name[0].isalnum():
        return "mark"
    return "digit" if name.isdigit() else "letter"
