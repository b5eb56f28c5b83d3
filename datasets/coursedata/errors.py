"""The one error of this package."""


class DataError(Exception):
    """A data file is missing, damaged or not to be had; the text says which, what is wrong and what helps."""
