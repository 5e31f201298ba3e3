"""Runtime type checks for the tests: beartype, with an int accepted where a float is wanted."""

from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
