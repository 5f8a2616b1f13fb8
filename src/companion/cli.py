"""The command `companion`: exit 0 done, 1 a check failed, 2 wrong use; bad input is one sentence, never a traceback."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from companion.lab import attest as attesting
from companion.lab import cite as citing
from companion.lab import declare as declaring
from companion.lab import judge as judging
from companion.lab import paths, registry, store, worktree
from companion.lab import run as running
from companion.lab import verify as verifying
from companion.lab.engine import ENGINES, engine_named
from companion.lab.errors import LabError, UsageError
from companion.lab.experiment import SCALES, Experiment, Scale


@click.group()
def app() -> None:
    """Declare, run, judge and cite the experiments of the book."""
    paths.require_checkout()


def _experiments(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option("--all", "every", is_flag=True, help="Every experiment of the book.")(command)
    return click.argument("ids", nargs=-1, metavar="[ID]...")(command)


_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_engine = click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default="local",
    help="Where units of work run.",
    show_default=True,
)


def _scale(default: Scale) -> Callable[[Callable[..., None]], Callable[..., None]]:
    help = "smoke: seconds; live: as in a chapter; full: recorded and judged."
    return click.option("--scale", type=click.Choice(SCALES), default=default, help=help, show_default=True)


def _chosen(ids: tuple[str, ...], every: bool) -> list[Experiment]:
    if bool(ids) == every:
        raise UsageError("Name experiments or say --all (not both); 'companion list' shows them.")
    return list(registry.all_experiments()) if every else [registry.get(id) for id in ids]


@app.command("list")
@_json
def list_(as_json: bool) -> None:
    """Every experiment: id, version, claim, chapter, scales, verdict, state."""
    rows = [_row(experiment) for experiment in registry.all_experiments()]
    if as_json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(f"{row['id']:28} v{row['version']}  {row['claim']}  {row['state']:10}  {row['verdict'] or '-'}")


def _row(experiment: Experiment) -> dict[str, Any]:
    result = store.load(experiment.id, experiment.version)
    return {
        "id": experiment.id,
        "version": experiment.version,
        "claim": experiment.claim,
        "chapter": experiment.chapter,
        "scales": list(experiment.scales),
        "verdict": result.verdict if result else None,
        "state": judging.state(experiment),
        "seeds": experiment.seeds,
    }


@app.command()
@click.argument("id")
def declare(id: str) -> None:
    """Write the declaration file of an experiment, to be committed before its full run."""
    print(declaring.declare(registry.get(id)).relative_to(paths.ROOT))


@app.command()
@_experiments
@_scale("smoke")
@click.option("--seeds", type=click.IntRange(min=1), help="How many seeds (not at full scale).")
@_engine
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Where results go.")
@_json
def run(
    ids: tuple[str, ...],
    every: bool,
    scale: Scale,
    seeds: int | None,
    engine: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Run experiments; interrupting is safe, and the same command goes on where it stopped."""
    experiments = _chosen(ids, every)
    if scale == "full":
        _prepare_full(experiments, seeds, out)
    folder = (out or paths.SCRATCH).resolve()
    results = []
    for experiment in experiments:
        chosen = list(range(seeds)) if seeds else None
        results.append(running.run(experiment, scale, engine_named(engine), folder, chosen))
        if not as_json:
            print(_sentence(results[-1], folder))
    if as_json:
        documents = [dict(result.document) for result in results]
        print(json.dumps(documents if every or len(documents) > 1 else documents[0], indent=1))


def _prepare_full(experiments: list[Experiment], seeds: int | None, out: Path | None) -> None:
    """Full scale: declared, with the declared seeds, nothing overwritten, in a clean worktree of HEAD."""
    if seeds is not None:
        raise UsageError("A full run has the number of seeds that was declared: leave out --seeds.")
    for experiment in experiments:
        declaring.require_declared(experiment)
    folder = (out or paths.RESULTS).resolve()
    waiting = [
        e.id for e in experiments if not (paths.result_folder(e.id, e.version, folder) / "full.json").exists()
    ]
    for experiment in experiments:
        if experiment.id not in waiting:
            print(
                f"{experiment.id} v{experiment.version} is recorded already and stays as it is.",
                file=sys.stderr,
            )
    if not waiting:
        sys.exit(0)
    if not worktree.is_inside():
        flags = [flag for flag in sys.argv[1:] if flag in ("--json",)]
        worktree.reexecute(["run", *waiting, "--scale", "full", "--out", str(folder), *flags])


def _sentence(result: store.Result, folder: Path) -> str:
    document, primary = result.document, result.document["primary"]
    interval = "" if primary["ci95"] is None else " [{:.4g}, {:.4g}]".format(*primary["ci95"])
    verdict = f", {result.verdict}" if result.verdict else ""
    path = paths.result_folder(document["id"], document["version"], folder) / f"{document['scale']}.json"
    return f"{document['id']}: {primary['effect']} {primary['mean']:.4g}{interval}{verdict}; see {path}"


@app.command()
@_experiments
@_json
def judge(ids: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Re-apply criteria to stored results; exit 1 when anything is stale or tampered with."""
    experiments = _chosen(ids, every)
    judgments = [judging.judge(experiment) for experiment in experiments]
    strays = judging.orphans(list(registry.all_experiments())) if every else []
    if as_json:
        print(json.dumps([vars(judgment) for judgment in judgments], indent=1))
    for judgment in judgments:
        if not as_json:
            print(f"{judgment.id} v{judgment.version}: {judgment.state}, {judgment.verdict or 'no verdict'}")
            print(
                *(f"  note: {note}" for note in judgment.notes), sep="\n", end="\n" if judgment.notes else ""
            )
        print(*judgment.problems, sep="\n", end="\n" if judgment.problems else "", file=sys.stderr)
    print(
        *(f"{file} does not have the bytes in results/manifest.json." for file in strays),
        sep="\n",
        end="",
        file=sys.stderr,
    )
    if strays or any(judgment.problems for judgment in judgments):
        sys.exit(1)


@app.command()
@_experiments
def attest(ids: tuple[str, ...], every: bool) -> None:
    """Rerun smoke for results whose sources moved; attest them or say that they are stale."""
    failed = False
    for experiment in _chosen(ids, every):
        try:
            difference = attesting.attest(experiment)
        except LabError as error:
            failed = True
            print(error, file=sys.stderr)
            continue
        said = (
            "nothing to attest" if difference is None else f"attested (largest difference {difference:.2g})"
        )
        print(f"{experiment.id}: {said}")
    if failed:
        sys.exit(1)


@app.command()
@click.argument("id")
@_scale("live")
@click.option(
    "--first-seed", type=click.IntRange(min=0), help="Where the new seeds begin; drawn afresh if left out."
)
@_engine
@_json
def verify(id: str, scale: Scale, first_seed: int | None, engine: str, as_json: bool) -> None:
    """Rerun with fresh seeds; exit 0 inside the 99 % prediction interval of the record."""
    found = verifying.verify(registry.get(id), scale, engine_named(engine), first_seed)
    low, high = found.interval
    if as_json:
        print(json.dumps({**vars(found), "holds": found.holds}, indent=1))
    else:
        place = "inside" if found.holds else "outside"
        print(
            f"{id}: {found.effect} {found.measured:.4g} is {place} [{low:.4g}, {high:.4g}], the 99 % prediction"
        )
    if not found.holds:
        sys.exit(1)


@app.command()
@click.argument("id")
@click.option("--format", type=click.Choice(list(citing.FORMATS)), default="text", show_default=True)
def cite(id: str, format: str) -> None:
    """The citation of one experiment."""
    print(citing.cite(registry.get(id), format))


@app.command()
@click.argument("engine")
@click.option("--threads", type=int, default=1, help="How many processors share the work.", show_default=True)
@_json
def bench(engine: str, threads: int, as_json: bool) -> None:
    """How fast an engine is on this machine: search, solver, rollouts or world."""
    from companion import bench as benches  # loads torch, which no other command needs at once

    report = benches.measure(engine, threads)
    print(json.dumps(report, indent=1) if as_json else benches.table(report))


def main(arguments: list[str] | None = None) -> None:
    """Entry point: turns every refusal into one sentence and an exit code."""
    try:
        app(arguments, prog_name="companion", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help:
        print(help.format_message())
        sys.exit(2)
    except click.ClickException as error:
        sys.exit(_refuse(error.format_message(), 2))
    except LabError as error:
        sys.exit(_refuse(str(error), error.exit_code))
    except (KeyboardInterrupt, click.Abort):
        sys.exit(_refuse("Stopped; finished units are kept, and the same command goes on from there.", 1))


def _refuse(sentence: str, code: int) -> int:
    print(f"companion: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
