"""What every rule promises of its tokens and of their classes."""

from unicodedata import category

from reportgen.errors import RuleError
from reportgen.rules.base import Rule
from reportgen.rules.places import Promise
from reportgen.rules.returns import token

MOST_CLASSES = 4  # that colours can tell apart


def check_tokens(rule: Rule) -> None:
    """Some tokens, of a kind that can be written, no two alike; the trigger is one of them."""
    strange = [
        t
        for t in rule.vocabulary
        if not token(t) or str(t) != " ".join(str(t).split()) or not str(t) or _unwritable(str(t))
    ]
    if strange:
        raise Promise(
            "vocabulary",
            f"{rule.slug}: {strange[0]!r} cannot be a token; tokens are whole numbers and texts of"
            " one line, not empty, without spaces at the ends or two in a row",
        )
    try:
        known = rule.tokens.tokens
    except RuleError as error:
        raise Promise("vocabulary", f"{rule.slug}: {error}; see `vocabulary`") from error
    if rule.trigger is not None and rule.trigger not in known:
        raise Promise(
            "trigger",
            f"{rule.slug}: the trigger {rule.trigger!r} is not in the vocabulary:"
            f" {' '.join(rule.tokens.names)}",
        )


def _unwritable(token: str) -> bool:
    """Does it hold a control character, or half of a pair of surrogates, which no file can."""
    return any(category(c) in ("Cc", "Cs") for c in token)


def check_classes(rule: Rule) -> None:
    """Each token has a class, each class a name, and "trigger" is the class of the trigger and of
    nothing else.
    """
    classes = rule.classes
    without = [str(t) for t in rule.vocabulary if t not in classes]
    if without:
        raise Promise(
            "classes",
            f"{rule.slug}: no class for {', '.join(without)}; `classes` must have every token",
        )
    used = list(dict.fromkeys(classes[t] for t in rule.vocabulary))
    if len(used) > MOST_CLASSES:
        raise Promise(
            "classes",
            f"{rule.slug}: {len(used)} classes of tokens ({', '.join(used)}), allowed: at most"
            f" {MOST_CLASSES}, so that colours can tell them apart",
        )
    unnamed = [kind for kind in used if kind not in rule.class_names]
    if unnamed:
        raise Promise(
            "class_names",
            f"{rule.slug}: class_names has no words for {', '.join(map(repr, unnamed))}; say what a"
            " reader should call it",
        )
    wrong = [str(t) for t in rule.vocabulary if (classes[t] == "trigger") != (t == rule.trigger)]
    if wrong:
        raise Promise(
            "classes",
            f"{rule.slug}: the class 'trigger' belongs to the trigger alone ({rule.trigger!r});"
            f" mend the class of {', '.join(wrong)}",
        )
