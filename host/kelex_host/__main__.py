"""The entry point of `kelex`, and of `python -m kelex_host`."""

import signal


def main() -> None:
    """Run the command line; a Ctrl-C while it is still being loaded just ends it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from kelex_host.cli.main import main as command_line

    signal.signal(signal.SIGINT, signal.default_int_handler)
    command_line()


if __name__ == "__main__":
    main()
