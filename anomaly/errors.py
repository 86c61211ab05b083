"""The exceptions and warnings that `anomaly` raises on purpose.

Each message is one line that says what is wrong, where, and what to do.
"""


class AnomalyError(Exception):
    """Base of every error that a user can mend; the command line exits with status 2."""


class DataError(AnomalyError):
    """The table cannot be used: a missing file, a broken row, an unusable column."""


class OptionError(AnomalyError):
    """An option has a value that cannot be used."""


class RunError(AnomalyError):
    """A run folder is missing, damaged, of a newer format, or in the way."""


class InstallError(AnomalyError, ImportError):
    """A package that this part needs is missing or hidden by another of its name."""


class AssumptionWarning(UserWarning):
    """Something of the data was left out, or taken for something else."""
