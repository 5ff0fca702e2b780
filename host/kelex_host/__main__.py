"""`python -m kelex_host` is `kelex`."""

from kelex_host.cli.main import main

if __name__ == "__main__":
    main()
