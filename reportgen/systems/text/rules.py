"""What a rule of this system has to be: a text that is read."""

from reportgen.errors import RuleError
from reportgen.rules.base import Rule


def check_rule(rule: Rule) -> None:
    """RuleError for a rule that reads no text."""
    from reportgen.rules.text import Text

    if not isinstance(rule, Text):
        raise RuleError(
            f"{rule.slug}: the system 'text' reads a text, as reportgen.rules.text.Text does; write"
            f" `class {type(rule).__name__}(Text):`, or name another `system`"
        )
