"""Which pieces of a sheet have to stay together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reportgen.drawing.narrow.pieces import Box, Piece, around

ABOVE, BESIDE = 15, 22  # CSS pixels from a panel within which words belong to it
SIGN = 12  # CSS pixels from the sign of a key to its words
FLUSH, TWO_LINES = 26, 30  # CSS pixels: of edges in line; of two lines above a panel
NEXT = 18  # CSS pixels from one line of a text to the next at most
HEAD = 24  # and from words in bold to the sentence that they head
RECENT = 9  # CSS pixels that the panel drawn last may be farther from words than another one
SENTENCE = 190  # CSS pixels from which on words are a sentence, that may stand elsewhere
SEAM = 8  # CSS pixels at most between panels that are parts of one


@dataclass(frozen=True)
class Atom:
    """Pieces that stay together: a panel with its names and its caption, a sign with its words."""

    pieces: tuple[Piece, ...]
    sentence: bool = False  # that may be moved and broken
    box: Box = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "box", around([piece.box for piece in self.pieces]))

    @property
    def loose(self) -> bool:
        """Is it words that belong to something near."""
        return all(p.kind == "words" and not p.sign for p in self.pieces) and not self.sentence

    @property
    def frames(self) -> list[Piece]:
        """Its panels that hold data."""
        return [piece for piece in self.pieces if piece.frame]

    @property
    def holds(self) -> bool:
        """Is there a panel, or a bar of colours, that words can belong to."""
        return any(piece.frame or piece.bar for piece in self.pieces)


def atoms_of(pieces: Sequence[Piece]) -> list[Atom]:
    """Pieces by what has to stay together, in the order in which they were drawn."""
    belongs = list(range(len(pieces)))

    def first(i: int) -> int:
        while belongs[i] != i:
            i = belongs[i]
        return i

    for i, one in enumerate(pieces):
        for j in range(i):
            if first(i) != first(j) and _together(one, pieces[j]):
                low, high = sorted((first(i), first(j)))
                belongs[high] = low
    groups: dict[int, list[Piece]] = {}
    for i, piece in enumerate(pieces):
        groups.setdefault(first(i), []).append(piece)
    atoms = [Atom(tuple(group)) for group in groups.values()]
    return _gathered(_headed([replace(atom, sentence=_sentence(atom, atoms)) for atom in atoms]))


def _headed(atoms: list[Atom]) -> list[Atom]:
    """Sentences and the bold words right above them that they belong to."""
    heads: dict[int, Atom] = {}
    for sentence in (atom for atom in atoms if atom.sentence):
        over = (a for a in atoms if len(a.pieces) == 1 and _head(a.pieces[0], sentence.box))
        if (head := next(over, None)) is not None:
            heads[id(sentence)] = head
    taken = {id(head) for head in heads.values()}
    return [
        replace(atom, pieces=(*heads[id(atom)].pieces, *atom.pieces)) if id(atom) in heads else atom
        for atom in atoms
        if id(atom) not in taken
    ]


def _head(words: Piece, sentence: Box) -> bool:
    """Are words in bold the line above a sentence."""
    return (
        words.bold
        and words.begins
        and not words.over
        and abs(words.box.left - sentence.left) < 2
        and 0 < sentence.top - words.box.top < HEAD
    )


def _sentence(atom: Atom, atoms: Sequence[Atom]) -> bool:
    """Is it nothing but a line of words so long that it can be moved and broken: no name of what
    stands at its right, and no column of a text.
    """
    box, first = atom.box, atom.pieces[0]
    if len(atom.pieces) > 1 or not first.begins or first.sign:
        return False
    if box.wide < SENTENCE and not any(_goes_on(box, other) for other in atoms):
        return False
    bars = (p for other in atoms for p in other.pieces if p.bar)
    if any(abs(p.at[0] - first.at[0]) < 2 and 0 <= p.box.top - box.bottom < ABOVE for p in bars):
        return False  # it says what the colours are worth
    level = [other for other in atoms if other is not atom and _level(box, other.box)]
    names = (p.frame for other in atoms for p in other.frames if p.frame)
    return not (
        any(frame.left > box.left and _level(box, frame) for frame in names)
        or any(o.box.wide >= SENTENCE and not o.holds for o in level)
    )


def _goes_on(words: Box, other: Atom) -> bool:
    """Are words the line after a sentence."""
    box = other.box
    return (
        len(other.pieces) == 1
        and other.pieces[0].begins
        and box.wide >= SENTENCE
        and abs(box.left - words.left) < 2
        and 0 < words.top - box.top < NEXT
    )


def _level(words: Box, other: Box) -> bool:
    """Does the middle of words stand beside something."""
    return other.top <= (words.top + words.bottom) / 2 <= other.bottom


def _gathered(atoms: list[Atom]) -> list[Atom]:
    """Loose words join the panel that they stand nearest to, and words beside such words too."""
    while True:
        for words in atoms:
            near = _nearest(words, atoms) if words.loose else None
            if near is not None:
                joined = Atom((*near.pieces, *words.pieces))
                atoms = [joined if atom is near else atom for atom in atoms if atom is not words]
                break
        else:
            return atoms


def _nearest(words: Atom, atoms: Sequence[Atom]) -> Atom | None:
    """The atom with a panel that words belong to: the one close by, or rather the one drawn last
    before them.
    """
    box, order = words.box, words.pieces[0].order
    near = [
        atom for atom in atoms if (atom.holds and _named_by(atom.box, box)) or _heads(box, atom)
    ]
    before = [p.order for atom in near for p in atom.pieces if p.at_hand(order)]

    def far(atom: Atom) -> tuple[float, bool]:
        own = atom.box
        apart = max(box.left - own.right, own.left - box.right, 0)
        apart += max(box.top - own.bottom, own.top - box.bottom, 0)
        if _heads(box, atom):
            return 0.0, False
        recent = any(p.order == max(before, default=-1) for p in atom.pieces)
        return apart + (0 if recent else RECENT), bool(atom.frames)

    return min(near, key=far) if near else None


def _heads(words: Box, atom: Atom) -> bool:
    """Do words stand above a panel and begin where it begins, or the numbers at its left do, as its
    name in two lines does.
    """
    return any(
        p.box.left - FLUSH <= words.left <= p.frame.left + 3
        and 0 <= p.frame.top - words.bottom < TWO_LINES
        for p in atom.pieces
        if p.frame
    )


def _together(a: Piece, b: Piece) -> bool:
    """Do two pieces belong together."""
    if a.sign or b.sign:
        sign, words = (a, b) if a.kind == "panel" else (b, a)
        return (
            a.sign
            and b.sign
            and a.kind != b.kind
            and sign.box.left < words.box.left
            and sign.box.touches(words.box, SIGN)
        )
    if a.over or b.over:
        return (a.over or a.artist) is (b.over or b.artist)
    return (not a.kind == b.kind == "words" and a.box.touches(b.box, -1, -1)) or _one_panel(
        a.frame, b.frame
    )


def _one_panel(a: Box | None, b: Box | None) -> bool:
    """Do two panels, one right below the other and as wide, look like one."""
    return (
        a is not None
        and b is not None
        and abs(a.left - b.left) + abs(a.right - b.right) < 1
        and 0 <= max(a.top, b.top) - min(a.bottom, b.bottom) <= SEAM
    )


def _named_by(panel: Box, words: Box) -> bool:
    """Do words stand so close to a panel that they are its own."""
    within = panel.left - BESIDE <= words.left and words.right <= panel.right + BESIDE
    middle = (words.top + words.bottom) / 2
    return (within and panel.touches(words, 0, ABOVE)) or (
        panel.top - 4 <= middle <= panel.bottom + 4 and panel.touches(words, BESIDE, 4)
    )


def box_of(atoms: Sequence[Atom]) -> Box:
    """The box around some atoms."""
    return around([atom.box for atom in atoms])


def body_of(atoms: Sequence[Atom]) -> Box:
    """The same, as wide as all but captions, which can be broken."""
    whole = box_of(atoms)
    own = [p.box for atom in atoms for p in atom.pieces if not p.over]
    sides = around(own) if own else whole
    return replace(whole, left=sides.left, right=sides.right)
