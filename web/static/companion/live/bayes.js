/* The ideal learner, exactly: Bellman's equation over what has been seen (companion.fast_learners.bandits says more).

   A state is how often each unknown arm has paid and not paid. Every arm's rate is uniform in (0, 1) beforehand, so an
   arm that paid w and failed l times pays next with probability (w + 1) / (w + l + 2). Arms are interchangeable: states
   are kept sorted. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const SLICE = 500;           // states between two breaths
  const PAID = 32, FAILED = 1; // what a pull adds to the code of its arm

  live.ExactPlayer = class {
    constructor(unknown, pulls, safe) {
      Object.assign(this, { unknown, pulls, safe });
      this.id = new Map();     // key of a state -> its number, in the order of how many pulls it has seen
      this.states = [];        // number -> sorted codes, one for each arm: 32 times paid + times not paid
      this.next = [];          // number -> for each arm, the number of the state when it pays, and when not
      this.upTo = [];          // seen pulls -> how many states have seen at most that many
      this.values = [];        // pulls left -> V for every state that can have that many left
    }

    /* Works out V for every state. A generator: between two steps the page can breathe. */
    *solve() {
      this.number(Array(this.unknown).fill(0));
      for (let seen = 0, id = 0; seen < this.pulls; seen++) {
        for (this.upTo[seen] = this.states.length; id < this.upTo[seen]; id++) {
          this.next.push(this.successors(this.states[id]));
          if (id % SLICE === 0) yield;
        }
      }
      this.values[0] = new Float64Array(this.states.length);
      for (let left = 1; left <= this.pulls; left++) {
        const now = (this.values[left] = new Float64Array(this.upTo[this.pulls - left]));
        for (let id = 0; id < now.length; id++) {
          let best = this.safe === null ? 0 : this.safe + this.values[left - 1][id];
          for (let arm = 0; arm < this.unknown; arm++) best = Math.max(best, this.pull(id, arm, left));
          now[id] = best;
          if (id % SLICE === 0) yield;
        }
      }
      this.solved = true;
    }

    successors(codes) {
      return codes.flatMap((_, arm) => [this.number(after(codes, arm, PAID)), this.number(after(codes, arm, FAILED))]);
    }

    /* Q of the arm in place `arm` of state `id`: pull it now, then play optimally. */
    pull(id, arm, left) {
      const code = this.states[id][arm], paid = code >> 5, failed = code & 31, p = (paid + 1) / (paid + failed + 2);
      const next = this.next[id], later = this.values[left - 1];
      return p * (1 + later[next[2 * arm]]) + (1 - p) * later[next[2 * arm + 1]];
    }

    /* The number of a state, a new one where it is new. */
    number(codes) {
      const sorted = codes.slice().sort(ascending);
      let key = 0;
      for (const code of sorted) key = 1024 * key + code;
      let id = this.id.get(key);
      if (id === undefined) this.id.set(key, (id = this.states.push(sorted) - 1));
      return id;
    }

    /* V(state, left): the reward still to come under optimal play. */
    value(codes, left) { return this.values[left][this.number(codes)]; }

    /* Q of each arm in the order given, the safe arm last. */
    worth(codes, left) {
      const id = this.number(codes), sorted = this.states[id];
      const unknown = codes.map((code) => this.pull(id, sorted.indexOf(code), left));
      return this.safe === null ? unknown : [...unknown, this.safe + this.values[left - 1][id]];
    }

    /* The arm to pull; ties go to the first. */
    best(codes, left) {
      const worth = this.worth(codes, left);
      return worth.indexOf(Math.max(...worth));
    }
  };

  const ascending = (a, b) => a - b;

  /* What is known after one more pull of an arm. */
  function after(codes, arm, seen) {
    const known = codes.slice();
    known[arm] += seen;
    return known;
  }
  live.learned = (codes, arm, reward) => after(codes, arm, reward ? PAID : FAILED);
})(globalThis.companionLive);
