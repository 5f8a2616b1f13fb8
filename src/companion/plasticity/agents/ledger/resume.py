"""One agent, many streams, and a process that is killed: what lies on disk is all that is left of it.

`python -m companion.plasticity.agents.ledger.resume FOLDER begin` works through the first half of each stream with a
cache of keys and values, writes words and caches to the folder, and kills itself. Another process, with `cache`,
`exchanged` or `transcript`, goes on: from each stream's cache, from that of the next stream, or from the words alone.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import torch
from jaxtyping import Float
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import DynamicCache, LlamaForCausalLM
from transformers.utils import logging

from companion.lab.errors import LabError
from companion.plasticity.agents.ledger.agent import QUESTION
from companion.plasticity.agents.ledger.world import FACT, LOOK, VOCABULARY, Episode, Place, respond
from companion.transformer.model import load, save

Way = Literal["begin", "cache", "exchanged", "transcript"]


@dataclass
class Stream:
    """A stream that can stop anywhere and be written down."""

    of: Episode
    pending: list[int]  # words that the agent has not read yet
    place: Place = field(default_factory=Place)
    read: list[int] = field(default_factory=list)
    earned: list[float] = field(default_factory=list)  # an entry a question

    def plain(self) -> dict[str, Any]:
        """The stream as JSON."""
        return {
            "of": [part.tolist() for part in self.of],
            "pending": self.pending,
            "place": list(self.place),
            "read": self.read,
            "earned": self.earned,
        }


def stream_of(plain: dict[str, Any]) -> Stream:
    """The inverse of `plain`."""
    of = Episode(*(np.array(part) for part in plain["of"]))
    return Stream(of, plain["pending"], Place(*plain["place"]), plain["read"], plain["earned"])


def new_stream(of: Episode) -> Stream:
    """A stream before its first question is read."""
    return Stream(of, of.question(0), earned=[0.0] * len(of.pairs))


@torch.no_grad()
def live(
    model: LlamaForCausalLM, stream: Stream, cache: DynamicCache, last: int
) -> Float[Tensor, "actions words"]:
    """Read what is pending and act, up to the question `last`; returns the logits of each action."""
    said = [torch.empty(0, len(VOCABULARY.words))]
    while stream.place.number < last:
        out = model(input_ids=torch.tensor([stream.pending]), past_key_values=cache, use_cache=True)
        logits = out.logits[0, -1]
        said.append(logits[None].clone())
        action = LOOK + int(logits[LOOK:FACT].argmax())
        outcome = respond(stream.of, stream.place, action)
        stream.earned[stream.place.number] += outcome.reward
        stream.read += stream.pending
        stream.place, stream.pending = outcome.place, [action, *outcome.words]
    return torch.cat(said)


def save_cache(path: Path, cache: DynamicCache) -> None:
    """Write keys and values of every layer."""
    layers: list[Any] = cache.layers
    tensors = {f"keys.{i}": layer.keys.contiguous() for i, layer in enumerate(layers)}
    save_file(tensors | {f"values.{i}": layer.values.contiguous() for i, layer in enumerate(layers)}, path)


def load_cache(path: Path) -> DynamicCache:
    """A cache with what `save_cache` wrote."""
    tensors, cache = load_file(path), DynamicCache()
    for i in range(len(tensors) // 2):
        cache.update(tensors[f"keys.{i}"], tensors[f"values.{i}"], i)
    return cache


class Lived(NamedTuple):
    """What streams came to."""

    earned: Float[np.ndarray, "streams questions"]
    logits: list[Float[Tensor, "actions words"]]  # of the second half, a stream each


def begin(folder: Path) -> None:
    """The first half, written down stream by stream."""
    model, streams = _opened(folder, "start")
    for i, stream in enumerate(streams):
        cache = DynamicCache()
        live(model, stream, cache, len(stream.of.pairs) // 2)
        save_cache(folder / f"cache-{i}.safetensors", cache)
    _write(folder / "half.json", streams)


def go_on(folder: Path, way: Way) -> None:
    """The second half, from what lies on disk."""
    model, streams = _opened(folder, "half")
    logits = {}
    for i, stream in enumerate(streams):
        cache = DynamicCache()
        match way:
            case "transcript":
                stream.pending = stream.read + stream.pending
            case "exchanged":
                cache = load_cache(folder / f"cache-{(i + 1) % len(streams)}.safetensors")
                stream.pending = stream.pending[-QUESTION:]
            case _:
                cache = load_cache(folder / f"cache-{i}.safetensors")
        logits[str(i)] = live(model, stream, cache, len(stream.of.pairs))
    _write(folder / f"{way}.json", streams)
    save_file(logits, folder / f"{way}.safetensors")


def uninterrupted(model: LlamaForCausalLM, episodes: list[Episode]) -> Lived:
    """The same streams in this process, with nothing in between."""
    streams, logits = [new_stream(of) for of in episodes], []
    for stream in streams:
        cache = DynamicCache()
        live(model, stream, cache, len(stream.of.pairs) // 2)
        logits.append(live(model, stream, cache, len(stream.of.pairs)))
    return Lived(np.array([stream.earned for stream in streams]), logits)


def prepare(model: LlamaForCausalLM, episodes: list[Episode], folder: Path, *, kill: bool = True) -> None:
    """Write the model and the streams where another process will begin, let it work to the half, and have it killed.

    Without `kill` all passes through the folder alike, but in this process.
    """
    logging.disable_progress_bar()
    save(model, VOCABULARY, folder / "model")
    logging.enable_progress_bar()
    _write(folder / "start.json", [new_stream(of) for of in episodes])
    if not kill:
        return begin(folder)
    ended = _process(folder, "begin")
    if ended.returncode != -signal.SIGKILL:
        raise LabError(f"The process that was to be killed at half ended otherwise: {ended.stderr[-300:]}")
    return None


def resumed(folder: Path, way: Way, *, kill: bool = True) -> Lived:
    """Have a new process go on, and read what it wrote; without `kill`, go on in this one."""
    if not kill:
        go_on(folder, way)
    elif (ended := _process(folder, way)).returncode:
        raise LabError(f"The process that was to go on from {way} failed: {ended.stderr[-300:]}")
    logits = load_file(folder / f"{way}.safetensors")
    streams = _read(folder / f"{way}.json")
    return Lived(
        np.array([stream.earned for stream in streams]), [logits[str(i)] for i in range(len(streams))]
    )


def _process(folder: Path, way: Way) -> subprocess.CompletedProcess[str]:
    threads = {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    command = [sys.executable, "-m", "companion.plasticity.agents.ledger.resume", str(folder), way]
    return subprocess.run(command, env={**os.environ, **threads}, capture_output=True, text=True, check=False)


def _opened(folder: Path, when: str) -> tuple[LlamaForCausalLM, list[Stream]]:
    model, _ = load(folder / "model")
    return model.eval(), _read(folder / f"{when}.json")


def _write(path: Path, streams: list[Stream]) -> None:
    path.write_text(json.dumps([stream.plain() for stream in streams]), encoding="utf-8")


def _read(path: Path) -> list[Stream]:
    return [stream_of(plain) for plain in json.loads(path.read_text(encoding="utf-8"))]


def main(arguments: list[str]) -> None:
    """Begin and be killed, or go on."""
    ways = {way: way for way in get_args(Way)}
    if len(arguments) != 2 or arguments[1] not in ways:
        sys.exit(f"usage: python -m companion.plasticity.agents.ledger.resume FOLDER {{{','.join(ways)}}}")
    if arguments[1] == "begin":
        begin(Path(arguments[0]))
        os.kill(os.getpid(), signal.SIGKILL)
    go_on(Path(arguments[0]), ways[arguments[1]])


if __name__ == "__main__":
    main(sys.argv[1:])
