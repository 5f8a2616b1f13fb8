/* The board as it is seen and played on: a button for each column, a disk for each cell. Your stones are full, the
   network's are rings. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const { element } = live;

  /* `drop(column)` is called where a reader wants a stone. */
  live.fourBoard = function ({ columns, rows }, drop) {
    const buttons = Array.from({ length: columns }, (_, column) => {
      const cells = Array.from({ length: rows }, () => element("i"));
      return element("button", { type: "button", class: "column", click: () => drop(column), focus: () => rove(column) }, ...cells);
    });
    const box = element("div", { class: "board", role: "group", "aria-label": `The board, keys 1 to ${columns}` }, ...buttons);
    box.addEventListener("keydown", arrows);
    rove(Math.floor(columns / 2));

    /* Tab reaches the board once; the arrow keys go from column to column. */
    function rove(column) {
      buttons.forEach((button, i) => { button.tabIndex = i === column ? 0 : -1; });
    }

    function arrows(event) {
      const at = buttons.indexOf(document.activeElement), step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const to = event.key === "Home" ? 0 : event.key === "End" ? columns - 1 : Math.min(columns - 1, Math.max(0, at + step));
      if (at < 0 || !(to in buttons)) return;
      buttons[to].focus();
      event.preventDefault();
      event.stopPropagation();
    }

    /* `you`: 1 where your stones are those of the player who began; `open`: a column takes a stone of yours now. */
    function show(position, you, open) {
      const line = position.line();
      box.classList.toggle("decided", line.length > 0);
      buttons.forEach((button, column) => {
        const landing = position.landing(column);
        Array.from(button.children).forEach((disk, i) => {
          const cell = (rows - 1 - i) * columns + column, stone = position.cells[cell];
          const kind = stone ? (stone === you ? "yours" : "theirs") : cell === landing && open ? `landing ${position.turn === you ? "mine" : ""}` : "";
          disk.className = `${kind} ${cell === position.last ? "last" : ""} ${line.includes(cell) ? "in-line" : ""}`.trim().replace(/ +/g, " ");
          disk.style.setProperty("--height", i + 1);
        });
        button.setAttribute("aria-label", heard(position, column, you));
        button.setAttribute("aria-disabled", String(!open || landing === undefined));
      });
    }
    return { box, show };
  };

  /* A column in words, from the bottom. */
  function heard({ board, cells }, column, you) {
    const stones = Array.from({ length: board.rows }, (_, row) => cells[row * board.columns + column]).filter((stone) => stone);
    const held = stones.map((stone) => (stone === you ? "you" : "network")).join(", ") || "empty";
    return `Column ${column + 1}${stones.length === board.rows ? ", full" : ""}: ${held}`;
  }
})(globalThis.companionLive);
