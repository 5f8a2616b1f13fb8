/* Monte Carlo tree search, move for move the one of companion.search.plain: one tree, one leaf at a time. Numbers are
   rounded to float32 where Python's are; given the same evaluations, the visit counts are the same. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const f = Math.fround;

  live.Search = class {
    /* `evaluate`: an unfinished position -> { prior, value }. `settings`: c_puct, reduction, blind. */
    constructor(position, evaluate, settings) {
      Object.assign(this, { evaluate, settings, simulations: 0 });
      this.root = this.expand(position);
    }

    /* Simulates until the tree has had this many simulations. A generator: between two of them the page can breathe. */
    *run(simulations) {
      for (; this.simulations < simulations; this.simulations++) {
        this.simulate(this.root);
        yield;
      }
    }

    /* A new node: ask the evaluator once, leave illegal moves out. Values are for the player to move here. */
    expand(position) {
      const { prior, value } = this.evaluate(position);
      const masked = Float32Array.from(prior, (p, move) => (position.legal(move) ? p : 0));
      const total = masked.reduce((sum, p) => f(sum + p), f(1e-30));
      return {
        position,
        prior: masked.map((p) => p / total),
        value: f(value),
        visits: new Float32Array(prior.length),
        totals: new Float32Array(prior.length),
        children: [],
      };
    }

    /* Q + U for each move: the mean value found so far, plus a bonus for moves likely by the prior and little visited. */
    scores({ position, prior, value, visits, totals }) {
      const { c_puct, reduction } = this.settings;
      const explored = prior.reduce((sum, p, move) => (visits[move] ? f(sum + p) : sum), 0);
      const unvisited = f(value - f(f(reduction) * f(Math.sqrt(explored))));
      const scale = f(f(c_puct) * f(Math.sqrt(1 + sum(visits))));
      return prior.map((p, move) => {
        if (!position.legal(move)) return -Infinity;
        const q = visits[move] ? f(totals[move] / visits[move]) : unvisited;
        return q + f(f(scale * p) / (1 + visits[move]));
      });
    }

    /* One simulation below this node; returns the value it found, for the player to move here. */
    simulate(node) {
      const move = live.highest(this.scores(node)), child = node.children[move];
      const value = child ? f(-this.simulate(child)) : this.reach(node, move);
      node.visits[move] += 1;
      node.totals[move] += value;
      return value;
    }

    /* The value of a move not seen before: of the new node, or of a finished game. Blind, the rules never supply an
       outcome: a finished game counts as the evaluator's value of the position before it. */
    reach(node, move) {
      const after = node.position.play(move), won = after.won;
      if (won || after.full) return this.settings.blind ? node.value : Number(won);
      node.children[move] = this.expand(after);
      return -node.children[move].value;
    }

    /* The share of simulations that went into each move: the improved policy. */
    get shares() { return Array.from(this.root.visits, (n) => n / Math.max(1, this.simulations)); }

    /* The mean of the values found, for the player to move; without simulations the evaluator's own. */
    get value() { return this.simulations ? sum(this.root.totals) / this.simulations : this.root.value; }

    /* The move to play: the most visited, without simulations the likeliest by the prior; among equals the leftmost. */
    get best() { return live.highest(this.simulations ? this.root.visits : this.root.prior); }
  };

  const sum = (numbers) => numbers.reduce((total, x) => total + x, 0);

  /* Where the highest number is; among equals the first. */
  live.highest = (numbers) => numbers.reduce((best, x, i) => (x > numbers[best] ? i : best), 0);

  /* The same evaluator with a memory. Games come back to positions, and every change of a control asks again. */
  live.remembering = function (evaluate, most = 20000) {
    const known = new Map();
    return (position) => {
      const key = position.key;
      if (!known.has(key)) {
        if (known.size >= most) known.clear();
        known.set(key, evaluate(position));
      }
      return known.get(key);
    };
  };
})(globalThis.companionLive);
