/* The rules of Connect Four on any board, as companion.games.connect_four has them, on a plain array of cells: readers
   play a move a second, and a search in the page spends its time in the network. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const STEPS = [[1, 0], [0, 1], [1, 1], [1, -1]];  // columns and rows from one cell of a line to the next

  live.Position = class Position {
    /* `cells`: row by row from the bottom, 1 for a stone of the player who began, -1 for the other's, 0 for none.
       `turn`: whose move it is, 1 or -1. `last`: the cell of the last stone, null on the empty board. */
    constructor(board, cells = new Int8Array(board.columns * board.rows), turn = 1, last = null) {
      Object.assign(this, { board, cells, turn, last });
    }

    /* The cell that a stone in this column would fill; undefined where the column is full. */
    landing(column) {
      const { columns, rows } = this.board;
      for (let row = 0; row < rows; row++) if (!this.cells[row * columns + column]) return row * columns + column;
      return undefined;
    }

    legal(column) { return this.cells[(this.board.rows - 1) * this.board.columns + column] === 0; }

    /* The position after a stone in this column, which must not be full. */
    play(column) {
      const cells = this.cells.slice(), cell = this.landing(column);
      cells[cell] = this.turn;
      return new Position(this.board, cells, -this.turn, cell);
    }

    /* The cells of the line that the last stone made; empty where it made none. */
    line() {
      if (this.last === null) return [];
      const { columns } = this.board, from = [this.last % columns, Math.floor(this.last / columns)];
      for (const [right, up] of STEPS) {
        const found = [this.last, ...this.run(from, right, up), ...this.run(from, -right, -up)];
        if (found.length >= this.board.line) return found;
      }
      return [];
    }

    /* The cells in one direction that hold stones like the last one. */
    run([column, row], right, up) {
      const { columns, rows } = this.board, found = [];
      for (;;) {
        column += right;
        row += up;
        const cell = row * columns + column;
        if (column < 0 || column >= columns || row < 0 || row >= rows || this.cells[cell] !== -this.turn) return found;
        found.push(cell);
      }
    }

    get won() { return this.line().length > 0; }
    get full() { return this.cells.every((stone) => stone !== 0); }
    get over() { return this.won || this.full; }

    /* A name that no other position of this board has. */
    get key() { return this.cells.join(); }
  };

  /* The position after the digits of a game, "4453": the leftmost column is 1. */
  live.afterDigits = (board, digits) => Array.from(digits).reduce((position, digit) => position.play(digit - 1), new live.Position(board));
})(globalThis.companionLive);
