/* The forward pass of a Llama with frozen weights (companion.transformer.forward), one token at a time.

   A matrix is a flat array, one row of it for each number that comes out. A reader keeps the keys and values of what it
   has read, so that the next token costs one pass and not one for each token before it. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  /* Little-endian bfloat16 in base64: the upper half of a float32, so that the lower half is zeros. */
  live.brainFloats = function (base64) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return new Float32Array(Uint32Array.from(new Uint16Array(bytes.buffer), (upper) => upper << 16).buffer);
  };

  live.softmax = function (logits) {
    const most = Math.max(...logits), likely = logits.map((logit) => Math.exp(logit - most));
    const total = likely.reduce((sum, one) => sum + one);
    return likely.map((one) => one / total);
  };

  live.likeliest = (logits) => logits.indexOf(Math.max(...logits));

  /* A token at random; `luck` is uniform in (0, 1). Rounding may leave a sliver above the last one, which takes it. */
  live.drawn = function (logits, luck) {
    const token = live.softmax(logits).findIndex((p) => (luck -= p) < 0);
    return token < 0 ? logits.length - 1 : token;
  };

  live.Llama = class {
    /* `shape`: words, width, layers, heads, feedforward, window, epsilon, and the frequencies of the rotation. `weights`:
       the arrays of the model's state, in its order, bfloat16 in base64. */
    constructor(shape, weights) {
      const { words, width, layers, feedforward } = shape, flat = live.brainFloats(weights);
      let start = 0;
      const take = (outputs, inputs = 1) => Float64Array.from(flat.subarray(start, (start += outputs * inputs)));
      this.shape = shape;
      this.embedding = take(words, width);
      this.blocks = Array.from({ length: layers }, () => ({
        query: take(width, width), key: take(width, width), value: take(width, width), out: take(width, width),
        gate: take(feedforward, width), up: take(feedforward, width), down: take(width, feedforward),
        attentionNorm: take(width), feedforwardNorm: take(width),
      }));
      this.norm = take(width);
      this.head = take(words, width);
      if (start !== flat.length) throw new Error("the weights do not have the sizes that the shape says");
    }

    reader() { return new Reader(this); }
  };

  /* A model that Python packed, decoded once for all the pieces of a page. In the page its weights lie beside the pieces. */
  const decoded = new Map();
  live.llama = function ({ digest, shape, weights }) {
    if (!decoded.has(digest)) {
      const held = weights || document.querySelector(`script[data-shared="${digest}"]`).textContent;
      decoded.set(digest, new live.Llama(shape, held));
    }
    return decoded.get(digest);
  };

  class Reader {
    constructor(model) {
      const { window, width } = model.shape, empty = () => model.blocks.map(() => new Float64Array(window * width));
      Object.assign(this, { model, keys: empty(), values: empty(), length: 0, gone: 0 });
    }

    /* Where the next token stands in the text. */
    get position() { return this.length + this.gone; }

    /* Forgets all but the first `length` tokens. Attention looks back only, so what is kept never knew of the rest. */
    rewind(length = 0) { this.length = length; }

    /* Another reader that has the keys and values of all tokens but these (companion.plasticity.state.interventions); the
       next token keeps its position. What it was made with it cannot forget. */
    without(places) {
      const { width } = this.model.shape, gone = new Set(places), other = new Reader(this.model);
      const kept = Array.from({ length: this.length }, (_, place) => place).filter((place) => !gone.has(place));
      for (const part of ["keys", "values"]) {
        this[part].forEach((rows, layer) => kept.forEach((place, i) => {
          other[part][layer].set(rows.subarray(place * width, (place + 1) * width), i * width);
        }));
      }
      return Object.assign(other, { length: kept.length, gone: this.position - kept.length });
    }

    /* Reads one more token: the logits of the one after it. */
    read(token) {
      const { embedding, blocks, norm, head, shape: { width, window, epsilon } } = this.model;
      if (this.position === window) throw new Error("the window is full");
      let x = embedding.slice(token * width, (token + 1) * width);
      blocks.forEach((block, layer) => {
        x = sum(x, product(block.out, this.attend(block, layer, normed(x, block.attentionNorm, epsilon))));
        x = sum(x, gated(block, normed(x, block.feedforwardNorm, epsilon)));
      });
      this.length++;
      return product(head, normed(x, norm, epsilon));
    }

    /* What the heads take from the tokens so far, this one included. */
    attend(block, layer, x) {
      const { width, heads } = this.model.shape, each = width / heads, keys = this.keys[layer], values = this.values[layer];
      const query = this.rotated(product(block.query, x)), mixed = new Float64Array(width);
      keys.set(this.rotated(product(block.key, x)), this.length * width);
      values.set(product(block.value, x), this.length * width);
      for (let start = 0; start < width; start += each) {
        const scores = new Float64Array(this.length + 1);
        for (let t = 0; t < scores.length; t++) {
          for (let i = start; i < start + each; i++) scores[t] += query[i] * keys[t * width + i];
        }
        live.softmax(scores.map((score) => score / Math.sqrt(each))).forEach((share, t) => {
          for (let i = start; i < start + each; i++) mixed[i] += share * values[t * width + i];
        });
      }
      return mixed;
    }

    /* Each pair (i, i + half) of a head turned by its angle at this position. */
    rotated(x) {
      const { width, frequencies } = this.model.shape, half = frequencies.length, turned = new Float64Array(width);
      for (let start = 0; start < width; start += 2 * half) {
        frequencies.forEach((frequency, i) => {
          const angle = this.position * frequency, cos = Math.cos(angle), sin = Math.sin(angle), [a, b] = [start + i, start + i + half];
          turned[a] = x[a] * cos - x[b] * sin;
          turned[b] = x[b] * cos + x[a] * sin;
        });
      }
      return turned;
    }
  }

  const sum = (x, y) => x.map((one, i) => one + y[i]);

  function product(matrix, vector) {
    const out = new Float64Array(matrix.length / vector.length);
    for (let row = 0, at = 0; row < out.length; row++) {
      let total = 0;
      for (let i = 0; i < vector.length; i++, at++) total += matrix[at] * vector[i];
      out[row] = total;
    }
    return out;
  }

  /* RMSNorm. */
  function normed(x, weight, epsilon) {
    const size = Math.sqrt(x.reduce((total, one) => total + one * one, 0) / x.length + epsilon);
    return x.map((one, i) => weight[i] * one / size);
  }

  /* SwiGLU. */
  function gated(block, x) {
    const up = product(block.up, x), gate = product(block.gate, x);
    return product(block.down, gate.map((one, i) => up[i] * one / (1 + Math.exp(-one))));
  }
})(globalThis.companionLive);
