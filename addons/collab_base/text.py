"""Texts as PostgreSQL takes them."""


def storable(value):
    """Whether PostgreSQL can store the texts in ``value``, a JSON-like value: there is no sign
    of the code 0 in it, and no half of a surrogate pair."""
    if isinstance(value, str):
        return "\0" not in value and _is_utf8(value)
    if isinstance(value, dict):
        return all(storable(key) and storable(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(map(storable, value))
    return True


def _is_utf8(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
