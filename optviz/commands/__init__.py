"""What the command line can do, a file for each command."""


class Trouble(Exception):
    """What goes wrong outside of this program, in one sentence."""
