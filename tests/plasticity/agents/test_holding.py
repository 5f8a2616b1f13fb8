"""What can be read in lessons in which evidence vanishes, and what is left of it."""

import numpy as np
import pytest
import torch

from companion.plasticity.agents import holding
from companion.plasticity.agents.grafts import moved_without_words, opposed
from companion.plasticity.agents.holding import evidence, readable, remembered, taught
from companion.plasticity.arms import ARMS
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.language import VOCABULARY
from companion.plasticity.conversation.script import Layout
from companion.plasticity.schooling.recipe import TINY
from companion.plasticity.schooling.training import new_speaker
from companion.plasticity.situation import Conversations, drawn
from companion.plasticity.state.adoption import adoption
from companion.plasticity.state.instance import ask
from tests.plasticity.speaker import library_after, speaker


def short() -> Conversations:
    return drawn(culture(0), ARMS["told"], 5, np.random.default_rng(0))


def test_evidence_is_what_voices_say() -> None:
    given = short()
    for tokens in given.tokens:
        words = VOCABULARY.decode(tokens.tolist()).split()
        assert evidence(given.script.layout) == [
            place for place, word in enumerate(words) if "likes-" in word
        ]


def test_evidence_can_be_read_in_its_own_turn_alone() -> None:
    layout: Layout = (("say", "ask"), ("verdict", "nothing"), ("nothing", "ask"))
    #          <s>  topic say  a    s    k    v    v    v    a    s    k
    turn_of = [-1, -1, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2]
    said = [False, False, True, False, False, False, True, True, True, False, False, False]
    found = readable(layout)
    for reader, word in np.ndindex(12, 12):
        gone = said[word] and turn_of[word] != turn_of[reader]
        assert found[reader, word] == (word <= reader and not gone), (reader, word)


def test_the_second_layer_knows_of_its_own_turn_alone() -> None:
    """What the first layer writes into a word is read by the second: nothing of another turn's evidence is in it."""
    model, given = speaker(), short()
    turned = given.script._replace(stance=given.script.stance * np.where(np.arange(12) == 3, -1, 1))
    other = given._replace(script=turned)
    one, two = (remembered(model, each.script, each.tokens) for each in (given, other))
    differ = (one.layers[1].keys - two.layers[1].keys).abs().amax((0, 1, 3)) > 1e-6
    kept = [place for place in range(given.tokens.shape[1]) if place not in evidence(given.script.layout)]
    assert [kept[place] for place in differ.nonzero()[:, 0].tolist()] == [15, 16, 17]
    assert torch.equal(one.layers[0].keys, two.layers[0].keys)


def test_where_nothing_is_said_all_is_read_as_ever() -> None:
    """The library reads the whole text and the question after it."""
    model, given = speaker(), short()
    script = given.script._replace(layout=(("nothing", "ask"),) * 12)
    words = given._replace(script=script)
    state = remembered(model, script, words.tokens)
    assert state.held == words.tokens.shape[1]
    question = VOCABULARY.encode("agree irony")
    whole = torch.cat([torch.from_numpy(words.tokens), torch.tensor(question).expand(5, -1)], 1)
    with torch.no_grad():
        expected = model(input_ids=whole).logits[:, -2:]
    torch.testing.assert_close(library_after(model, state, "agree irony"), expected, atol=1e-4, rtol=1e-4)


def test_lessons_change_a_copy_for_the_better(monkeypatch: pytest.MonkeyPatch) -> None:
    losses: list[float] = []
    descend = holding.learner

    def learner(*arguments: object) -> object:
        made = descend(*arguments)  # type: ignore[arg-type]
        step = made.descend
        made.descend = lambda loss, share: (losses.append(loss.item()), step(loss, share))  # type: ignore[method-assign]
        return made

    monkeypatch.setattr(holding, "learner", learner)
    model = new_speaker(TINY, 0).eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    taught(model, culture(0), 25, 8, np.random.default_rng(0))
    assert len(losses) == 25
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.3
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_what_is_left_is_moved_as_a_whole() -> None:
    model = speaker()
    pair = opposed(culture(0), ARMS["told"], 12, 6, np.random.default_rng(0))
    found = moved_without_words(model, pair)
    theirs, own = (
        adoption(ask(model, remembered(model, each.script, each.tokens)).yes[:, 0], pair.donor.view)
        for each in (pair.donor, pair.receiver)
    )
    assert (found["before"], found["whole"]) == pytest.approx((own, theirs))
    assert found["held"] == found["moved"] == pytest.approx(theirs - own)
    assert abs(found["held"]) > 1e-5
