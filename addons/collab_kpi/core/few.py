"""placeholder"""


def hidden(parts, minimum):
    return {key for key, people in parts if people < minimum}
