"""mctx searches, pgx knows the rules, XLA compiles both: the same network, written in plain JAX, with the same weights.

The recurrent function is the usual one for a game whose rules are known, as in pgx's own AlphaZero example.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import mctx
import numpy as np
import pgx
from jax import lax

from companion.alphazero.network import PolicyValueNet

Weights = dict[str, Any]
Network = Callable[[Weights, jax.Array], tuple[jax.Array, jax.Array]]

ENVIRONMENT = pgx.make("connect_four")


def weights_of(network: PolicyValueNet, precision: Any = jnp.float32) -> Weights:
    """The same weights in JAX's layout: convolutions height, width, in, out; matrices in, out."""
    weights: Weights = {}
    for name, tensor in network.state_dict().items():
        array = tensor.numpy()
        weights[name] = jnp.asarray(array.transpose(2, 3, 1, 0) if array.ndim == 4 else array.T, precision)
    return weights


def evaluate(weights: Weights, observation: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Logits [n, 7] and value [n] of boards [n, 6, 7, 2], the lowest row last in pgx and first with us."""

    def convolution(x: jax.Array, name: str) -> jax.Array:
        kernel = weights[f"{name}.weight"]
        out = lax.conv_general_dilated(x, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        return out + weights[f"{name}.bias"]

    def linear(x: jax.Array, name: str) -> jax.Array:
        return x @ weights[f"{name}.weight"] + weights[f"{name}.bias"]

    x = jax.nn.relu(convolution(jnp.flip(observation, 1).astype(weights["stem.weight"].dtype), "stem"))
    for block in sorted({name.split(".")[1] for name in weights if name.startswith("blocks.")}):
        inner = jax.nn.relu(convolution(x, f"blocks.{block}.first"))
        x = jax.nn.relu(convolution(inner, f"blocks.{block}.second") + x)
    x = jax.nn.relu(convolution(x, "squeeze"))
    x = x.transpose(0, 3, 1, 2).reshape(len(x), -1)
    out = linear(jax.nn.relu(linear(x, "hidden")), "heads").astype(jnp.float32)
    return out[:, :-1], jnp.tanh(out[:, -1])


def states_after(games: list[list[int]]) -> Any:
    """pgx's states after these columns were played, a batch."""
    longest = max(map(len, games))
    columns = np.array([game + [-1] * (longest - len(game)) for game in games], np.int32)

    def play(state: Any, column: jax.Array) -> tuple[Any, None]:
        after = ENVIRONMENT.step(state, jnp.maximum(column, 0))
        return jax.tree.map(lambda new, old: jnp.where(column >= 0, new, old), after, state), None

    keys = jax.random.split(jax.random.key(0), len(games))
    begun = jax.jit(jax.vmap(ENVIRONMENT.init))(keys)
    return jax.jit(jax.vmap(lambda state, row: lax.scan(play, state, row)[0]))(begun, jnp.asarray(columns))


def _legal(logits: jax.Array, state: Any) -> jax.Array:
    logits = logits - logits.max(axis=-1, keepdims=True)
    return jnp.where(state.legal_action_mask, logits, jnp.finfo(logits.dtype).min)


def _step(weights: Weights, key: jax.Array, action: jax.Array, state: Any) -> tuple[Any, Any]:
    player = state.current_player
    state = jax.vmap(ENVIRONMENT.step)(state, action)
    logits, value = evaluate(weights, state.observation)
    output = mctx.RecurrentFnOutput(
        reward=state.rewards[jnp.arange(len(player)), player],
        discount=jnp.where(state.terminated, 0.0, -1.0),
        prior_logits=_legal(logits, state),
        value=jnp.where(state.terminated, 0.0, value),
    )
    return output, state


def searcher(policy: Callable[..., Any], simulations: int) -> Callable[[Weights, Any, jax.Array], jax.Array]:
    """A compiled search with one of mctx's policies: weights, states, key -> the improved policy [n, 7]."""

    @jax.jit
    def search(weights: Weights, states: Any, key: jax.Array) -> jax.Array:
        logits, value = evaluate(weights, states.observation)
        root = mctx.RootFnOutput(prior_logits=_legal(logits, states), value=value, embedding=states)
        found = policy(
            params=weights,
            rng_key=key,
            root=root,
            recurrent_fn=_step,
            num_simulations=simulations,
            invalid_actions=~states.legal_action_mask,
        )
        return found.action_weights

    return search
