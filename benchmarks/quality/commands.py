"""The benchmark's command line: measure protocols, write the tables."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import peers_environment
from recording import machine, versions

from quality import data, results
from quality.methods import Method
from quality.protocols import PROTOCOLS
from quality.settings import QUICK, Settings

TABLE = "table"
CHOICES = (*PROTOCOLS, TABLE)


def main() -> None:
    parser = _parser()
    arguments = parser.parse_args()
    unknown = [part for part in arguments.parts if part not in CHOICES]
    if unknown:
        parser.error(f"there is no part {unknown[0]}; there are: {', '.join(CHOICES)}")
    chosen = arguments.parts or list(CHOICES)
    settings = QUICK if arguments.quick else Settings(seeds=arguments.seeds)
    if settings is QUICK and arguments.out == results.FILE:
        parser.error("a quick look is not recorded: name another file with --out")
    protocols = [part for part in PROTOCOLS if part in chosen]
    if protocols:
        if missing := data.is_missing():
            parser.error(f"{missing}; name the folder with ANOMALY_DATA")
        methods = _methods(parser, arguments.methods)
        _check(parser, "method", arguments.again, methods)
        _check(parser, "set", arguments.sets, _sets())
        measure(protocols, methods, settings, arguments)
    if TABLE in chosen:
        write_tables(arguments.out)


def measure(
    protocols: Sequence[str],
    methods: Mapping[str, Method],
    settings: Settings,
    arguments: argparse.Namespace,
) -> None:
    """Measure what is missing in the results."""
    from quality import work

    wanted = work.wanted(protocols, list(methods.values()), settings, arguments.sets)
    keys = work.missing(wanted, methods, results.load(arguments.out), arguments.again)
    print(f"{len(wanted) - len(keys)} results are there, {len(keys)} are to be measured")
    work.measure(keys, methods, settings, arguments.out, circumstances())


def circumstances() -> dict[str, Any]:
    """Return what the figures depend on."""
    found = {**versions(results.PACKAGES), **peers_environment.versions()}
    return {"versions": found, "machine": machine()}


def write_tables(out: Path) -> None:
    """Put the results into the READMEs; those of another file are only shown."""
    from quality import tables

    document, found = results.document(out), results.load(out)
    if not found:
        print(f"{out} holds no results")
    elif out == results.FILE:
        tables.SECTION.write(tables.PAGE, tables.short(found, document))
        tables.SECTION.write(tables.README, tables.full(found, document))
    else:
        print(tables.short(found, document), tables.full(found, document), sep="\n\n")


def _methods(parser: argparse.ArgumentParser, names: Sequence[str]) -> dict[str, Method]:
    from quality.ours import all_ours
    from quality.peers import all_peers

    # What TensorFlow's import takes is in no figure.
    methods: dict[str, Method] = {each.name: each for each in [*all_ours(), *all_peers()]}
    _check(parser, "method", names, methods)
    return {name: methods[name] for name in methods if not names or name in names}


def _sets() -> list[str]:
    return [name for protocol in PROTOCOLS.values() for name in protocol.sets()]


def _check(
    parser: argparse.ArgumentParser,
    kind: str,
    names: Sequence[str],
    known: Sequence[str] | Mapping[str, Any],
) -> None:
    for name in names:
        if name not in known:
            there = ", ".join(dict.fromkeys(known))
            parser.error(f"there is no {kind} {name}; there are: {there}")


def _names(text: str) -> list[str]:
    return text.split(",")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python benchmarks/quality",
        usage="python benchmarks/quality [PART...] [options]",
        description="Measure detectors against their peers, on the same rows. "
        "What is measured already is not measured again.",
    )
    parser.add_argument("parts", nargs="*", help=f"by default all, in order: {', '.join(CHOICES)}")
    parser.add_argument("--seeds", type=int, default=Settings().seeds, help="from 0")
    parser.add_argument("--methods", type=_names, default=[], help="only these, with commas")
    parser.add_argument("--sets", type=_names, default=[], help="only these, with commas")
    parser.add_argument(
        "--again", type=_names, default=[], help="methods to measure though they are there"
    )
    parser.add_argument(
        "--quick", action="store_true", help="few rows and sets, one seed: does it all run?"
    )
    parser.add_argument(
        "--out",
        type=lambda name: Path(name).resolve(),
        default=results.FILE,
        help="the results, as JSON",
    )
    return parser
