"""What is written for a token of a text, so that every token can be seen and no two are spelled
alike.
"""

import regex

OTHER = "\u25a1"  # what stands for every token that is too rare to be in the vocabulary
SHOWN = {" ": "\u2423", "\n": "\u23ce", "\t": "\u21e5"}  # written for tokens that leave no mark
# what a reader is told of these signs
TOLD = {
    SHOWN[" "]: "a space",
    SHOWN["\n"]: "a line end",
    SHOWN["\t"]: "a tab",
    OTHER: "any token too rare to have a name",
}
_TAKEN = {OTHER, *SHOWN.values()}
_SPELLED = {mark: token for token, mark in SHOWN.items()}
TAGS = r"\U000e0020-\U000e007f"
# invisible, and part of what is seen: in emoji, and in scripts whose letters join
_JOINED = (
    rf"(?<=[\p{{M}}\p{{ExtPict}}\p{{Emoji_Component}}\p{{jt=D}}\p{{jt=R}}{TAGS}])"
    rf"[\u200c\u200d\ufe0e\ufe0f{TAGS}]"
)
# no form of its own, with the marks that are laid over it; or marks laid over nothing
UNSEEN = regex.compile(
    rf"{_JOINED}(*SKIP)(*FAIL)"
    rf"|[\p{{C}}\p{{Z}}\p{{Default_Ignorable_Code_Point}}\u2800]\p{{M}}*|^\p{{M}}+"
)
NUMBERED = regex.compile(r"(?:U\+([0-9A-F]{4,6}))+")


def written(token: str) -> str:
    """A token as it is, or a mark for it; what cannot be seen, or has the form of such a mark, by
    its number: U+200B.
    """
    if token in SHOWN:
        return SHOWN[token]
    if token in _TAKEN:
        return _numbers(token)
    return str(UNSEEN.sub(lambda match: _numbers(match.group()), token))


def spelled(name: str) -> str | None:
    """The token that a name was written for; None for `OTHER`, and where parts of it are told by
    their numbers, so that it cannot be known.
    """
    if name in _SPELLED:
        return _SPELLED[name]
    if numbered := NUMBERED.fullmatch(name):
        return "".join(chr(int(number, 16)) for number in numbered.captures(1))
    return None if name == OTHER or NUMBERED.search(name) else name


def kind_of(name: str) -> str:
    """The class of a token by what is written for it; a letter's mark that stands alone is as the
    letter.
    """
    if name in SHOWN.values():
        return "space"
    if name == OTHER:
        return "mark"
    if numbered := NUMBERED.fullmatch(name):
        unseen = "".join(chr(int(number, 16)) for number in numbered.captures(1))
        if regex.search(r"\p{M}", unseen):
            return "letter"
        return "space" if regex.fullmatch(r"\p{Z}+", unseen) else "mark"
    if regex.fullmatch(r"[\p{N}\p{M}]+", name):
        return "digit"
    return "letter" if regex.match(r"[\p{L}\p{N}\p{M}]", name) else "mark"


def _numbers(characters: str) -> str:
    return "".join(f"U+{ord(c):04X}" for c in characters)
