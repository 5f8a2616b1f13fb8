/* The fast learner of companion.fast_learners.rl2 with frozen weights: a GRU that reads events and proposes pulls.
   Event 0 opens an episode; arm i paying r is event 1 + 2 i + r. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const sigmoid = (x) => 1 / (1 + Math.exp(-x));

  /* Little-endian float32, as base64. */
  function floats(base64) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return new Float32Array(bytes.buffer);
  }

  live.FastLearner = class {
    /* `weights`: embedding (1 + 2 arms, 3 width), memory (3 width, width) and its bias, policy (arms, width) and its
       bias, one after the other in base64. Gates in the order reset, keep, proposal. */
    constructor(arms, width, weights) {
      this.arms = arms;
      this.width = width;
      this.weights = floats(weights);
      let start = 0;
      const take = (size) => this.weights.subarray(start, (start += size));
      this.embedding = take((1 + 2 * arms) * 3 * width);
      this.memory = take(3 * width * width);
      this.memoryBias = take(3 * width);
      this.policy = take(arms * width);
      this.policyBias = take(arms);
      if (start !== this.weights.length) throw new Error("the weights do not have the sizes that arms and width say");
    }

    blank() { return new Float64Array(this.width); }

    /* Fast learning: the event changes the state (Cho et al. 2014, eq. 5-8). Returns the new state. */
    read(event, state) {
      const { width, embedding, memoryBias } = this, heard = event * 3 * width;
      const recalled = affine(this.memory, memoryBias, state);
      return state.map((old, i) => {
        const reset = sigmoid(embedding[heard + i] + recalled[i]);
        const keep = sigmoid(embedding[heard + width + i] + recalled[width + i]);
        const proposal = Math.tanh(embedding[heard + 2 * width + i] + reset * recalled[2 * width + i]);
        return proposal + keep * (old - proposal);
      });
    }

    /* The policy: a probability for each arm. */
    probabilities(state) {
      const logits = Array.from(affine(this.policy, this.policyBias, state)), most = Math.max(...logits);
      const likely = logits.map((logit) => Math.exp(logit - most));
      const total = likely.reduce((sum, one) => sum + one);
      return likely.map((one) => one / total);
    }

    /* A fingerprint of the weights as they are now: `size` of them, evenly spaced, ranked from -1 to 1. */
    fingerprint(size) {
      const picked = Array.from({ length: size }, (_, i) => this.weights[Math.floor((i + 0.5) * this.weights.length / size)]);
      return picked.map((weight) => 2 * picked.filter((other) => other < weight).length / (size - 1) - 1);
    }

    /* FNV-1a over every byte of the weights: if one of them moved, this would. */
    checksum() {
      let hash = 0x811c9dc5;
      for (const byte of new Uint8Array(this.weights.buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
      return (hash >>> 0).toString(16).padStart(8, "0");
    }
  };

  /* matrix (rows, columns) times vector, plus bias. */
  function affine(matrix, bias, vector) {
    const out = new Float64Array(bias.length), columns = vector.length;
    for (let row = 0; row < out.length; row++) {
      let sum = bias[row];
      for (let column = 0; column < columns; column++) sum += matrix[row * columns + column] * vector[column];
      out[row] = sum;
    }
    return out;
  }
})(globalThis.companionLive);
