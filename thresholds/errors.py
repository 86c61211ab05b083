"""The one exception of the package."""


class ThresholdError(ValueError):
    """Labels, scores or options that no threshold can be made of.

    The message is one line: what is wrong, where, and what to do. It has the names of parameters in
    backticks.
    """
