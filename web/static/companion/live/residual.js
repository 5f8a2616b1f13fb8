/* The policy-value network of companion.alphazero.network with frozen weights: two planes of stones in, a prior over
   columns and a value out.

   Activations are stored cell by cell, with a border of zeros around the board, so that what a 3 x 3 convolution reads
   in one row of its window lies side by side. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const GROUP = 4;        // output channels that one pass over a window works out
  const SMALLEST = 1e-6;  // no move's prior is less (companion.alphazero.evaluator)

  const whole = (channels) => GROUP * Math.ceil(channels / GROUP);

  /* Little-endian float16 in base64, as float32. */
  live.halves = function (base64) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return Float32Array.from(new Uint16Array(bytes.buffer), (half) => {
      const sign = half & 0x8000 ? -1 : 1, exponent = (half >> 10) & 31, fraction = half & 1023;
      return sign * (exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24);
    });
  };

  live.PolicyValueNet = class {
    /* `shape`: rows, columns, channels, blocks, squeezed, hidden. `weights`: the arrays of the network's state, in its
       order, float16 in base64. */
    constructor(shape, weights) {
      const { rows, columns, channels, blocks, squeezed, hidden } = shape, flat = live.halves(weights);
      let start = 0;
      const take = (count) => flat.subarray(start, (start += count));
      const convolution = (inputs) => new Convolution(rows, columns, inputs, channels, take);
      Object.assign(this, { rows, columns, squeezed });
      this.stem = convolution(2);
      this.blocks = Array.from({ length: blocks }, () => [convolution(channels), convolution(channels)]);
      this.squeeze = new Affine(channels, squeezed, take);
      this.hidden = new Affine(squeezed * rows * columns, hidden, take);
      this.heads = new Affine(hidden, columns + 1, take);
      if (start !== flat.length) throw new Error("the weights do not have the sizes that the shape says");
      const bordered = (depth) => new Float64Array((rows + 2) * (columns + 2) * whole(depth));
      [this.planes, this.now, this.inner, this.next] = [2, channels, channels, channels].map(bordered);
    }

    /* What the network says of an unfinished position, for the player to move. */
    evaluate(position) {
      this.look(position);
      this.stem.apply(this.planes, this.now);
      for (const [first, second] of this.blocks) {
        first.apply(this.now, this.inner);
        second.apply(this.inner, this.next, this.now);
        [this.now, this.next] = [this.next, this.now];
      }
      const out = this.heads.apply(this.hidden.apply(this.squeezedCells()).map(rectified));
      return { prior: softmax(out.subarray(0, this.columns)), value: Math.tanh(out[this.columns]) };
    }

    /* A plane of ones for the stones of the player to move, and one for the other's. */
    look({ cells, turn }) {
      cells.forEach((stone, cell) => {
        const at = whole(2) * this.stem.places[cell];
        this.planes[at] = stone === turn ? 1 : 0;
        this.planes[at + 1] = stone === -turn ? 1 : 0;
      });
    }

    /* (squeezed, rows, columns), flat. */
    squeezedCells() {
      const size = this.rows * this.columns, flat = new Float64Array(this.squeezed * size), depth = this.stem.depth;
      this.stem.places.forEach((place, cell) => {
        const few = this.squeeze.apply(this.now.subarray(place * depth, (place + 1) * depth));
        few.forEach((x, i) => { flat[i * size + cell] = rectified(x); });
      });
      return flat;
    }
  };

  const rectified = (x) => (x > 0 ? x : 0);

  function softmax(logits) {
    const most = Math.max(...logits), likely = logits.map((logit) => Math.exp(logit - most));
    const total = likely.reduce((sum, one) => sum + one);
    return likely.map((one) => Math.max(one / total, SMALLEST));
  }

  /* matrix (outputs, inputs) times vector, plus bias. */
  class Affine {
    constructor(inputs, outputs, take) {
      Object.assign(this, { inputs, matrix: Float64Array.from(take(inputs * outputs)), bias: Float64Array.from(take(outputs)) });
    }

    apply(vector) {
      return this.bias.map((sum, row) => {
        for (let i = 0, at = row * this.inputs; i < this.inputs; i++) sum += this.matrix[at + i] * vector[i];
        return sum;
      });
    }
  }

  /* relu(3 x 3 convolution + bias [+ skip]), from one bordered array to another. Channels that fill up a group are zero. */
  class Convolution {
    constructor(rows, columns, inputs, outputs, take) {
      const weights = take(9 * inputs * outputs), deep = whole(inputs), depth = whole(outputs);
      Object.assign(this, { deep, depth, width: columns + 2, weights: new Float64Array(9 * deep * depth), bias: new Float64Array(depth) });
      this.bias.set(take(outputs));
      this.places = Int32Array.from({ length: rows * columns }, (_, cell) => (Math.floor(cell / columns) + 1) * this.width + cell % columns + 1);
      for (let output = 0, from = 0; output < outputs; output++) {
        for (let input = 0; input < inputs; input++) {
          for (let tap = 0; tap < 9; tap++) this.weights[this.at(output, tap, input)] = weights[from++];
        }
      }
    }

    /* Where a weight lies: (group of outputs, cell of the window, input, output of the group), in the order of use. */
    at(output, tap, input) {
      return ((Math.floor(output / GROUP) * 9 + tap) * this.deep + input) * GROUP + output % GROUP;
    }

    apply(from, to, skip = null) {
      const { deep, depth, width, weights, bias, places } = this;
      for (let output = 0; output < depth; output += GROUP) {
        for (let cell = 0; cell < places.length; cell++) {
          const corner = (places[cell] - width - 1) * deep, target = places[cell] * depth + output;
          let a = bias[output], b = bias[output + 1], c = bias[output + 2], d = bias[output + 3], w = 9 * deep * output;
          for (let line = 0; line < 3; line++) {
            for (let i = corner + line * width * deep, end = i + 3 * deep; i < end; i++, w += GROUP) {
              const x = from[i];
              a += x * weights[w];
              b += x * weights[w + 1];
              c += x * weights[w + 2];
              d += x * weights[w + 3];
            }
          }
          to[target] = rectified(skip ? a + skip[target] : a);
          to[target + 1] = rectified(skip ? b + skip[target + 1] : b);
          to[target + 2] = rectified(skip ? c + skip[target + 2] : c);
          to[target + 3] = rectified(skip ? d + skip[target + 3] : d);
        }
      }
    }
  }
})(globalThis.companionLive);
