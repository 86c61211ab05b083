"""`python -m benchmarks --help`, from the root of the repository."""

from benchmarks.shared.commands import main

if __name__ == "__main__":
    main()
