"""What a person did wrong, or what was found wrong, in one sentence that names the thing and the way out."""


class LabError(Exception):
    """A check failed, or a file is not what it should be: the command line prints the sentence and exits 1."""

    exit_code = 1


class UsageError(LabError):
    """The request itself cannot be met: the command line prints the sentence and exits 2."""

    exit_code = 2
