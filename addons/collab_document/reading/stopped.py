class Stopped(Exception):
    """A file is not read any further.

    :ivar note: why, as in :class:`reading.Reading`
    """

    def __init__(self, note: str):
        super().__init__(note)
        self.note = note
