// JSON text as the server takes it: where it first goes wrong, and the same laid out, with every
// number and every order as written. The rule is that of the server (vision_tasks/documents.py).
const DeskJson = (() => {
  const SPACE = /[ \t\n\r]*/y;
  const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
  // All that could belong to a number or a word, so that the whole of it is blamed.
  const WORD = /[^\s[\]{}:,"]+/y;
  const CONSTANTS = ["NaN", "Infinity", "-Infinity"];
  const MAX_EXPONENT_CHARACTERS = 6;
  // What Python's str.strip() takes for blank; a byte order mark is not.
  const BLANK = /^(?:(?!\ufeff)[\s\x1c-\x1f\x85])*$/;

  class Wrong extends Error {
    constructor(cause, at, text = "") {
      super(cause);
      Object.assign(this, { cause, at, text });
    }
  }

  class Reader {
    constructor(text, limits) {
      Object.assign(this, { text, limits, at: 0, fields: 0, added: 0, pieces: [] });
    }

    // One after the other, for a text may be nested deeper than calls can be.
    read() {
      const open = [];
      let expected = "value";
      for (;;) {
        this.at += this.match(SPACE).length;
        const start = this.at;
        const mark = this.text[start];
        const inside = open.at(-1);
        if (expected === "end") {
          if (mark !== undefined) throw new Wrong("trailing", start);
          return this.pieces;
        }
        if (expected === "next" && mark === ",") {
          expected = inside.names ? "name" : "value";
          this.take(mark);
        } else if (expected === "next" && mark !== inside.close) {
          throw new Wrong(inside.names ? "object" : "array", start);
        } else if (mark === inside?.close && ["next", "first", "first name"].includes(expected)) {
          open.pop();
          this.take(mark);
          expected = open.length ? "next" : "end";
        } else if (expected === "name" || expected === "first name") {
          if (mark !== '"') throw new Wrong("name", start);
          this.readName(inside.names);
          expected = "colon";
        } else if (expected === "colon") {
          if (mark !== ":") throw new Wrong("colon", start);
          this.take(mark);
          expected = "value";
        } else if (mark === "{" || mark === "[") {
          if (open.length === this.limits.depth) throw new Wrong("deep", start);
          open.push(mark === "{" ? { close: "}", names: new Set() } : { close: "]" });
          this.take(mark);
          expected = mark === "{" ? "first name" : "first";
        } else {
          if (mark === '"') this.readString();
          else this.readWord();
          expected = open.length ? "next" : "end";
        }
      }
    }

    match(pattern) {
      pattern.lastIndex = this.at;
      return pattern.exec(this.text)?.[0] ?? "";
    }

    take(piece) {
      this.pieces.push(piece);
      this.at += piece.length;
    }

    readName(names) {
      const start = this.at;
      const name = this.readString();
      if (names.has(name)) throw new Wrong("twice", start, JSON.stringify(name));
      names.add(name);
      this.fields += 1;
      if (this.fields > this.limits.fields) throw new Wrong("fields", start);
    }

    readString() {
      const start = this.at;
      let at = start + 1;
      for (let mark = this.text[at]; mark !== '"'; mark = this.text[at]) {
        if (mark === undefined) throw new Wrong("quote", start);
        if (mark < " ") throw new Wrong("control", at);
        if (mark !== "\\") {
          at += 1;
        } else if (/^u[0-9a-f]{4}/i.test(this.text.slice(at + 1, at + 6))) {
          at += 6;
        } else {
          if (at + 1 === this.text.length) throw new Wrong("quote", start);
          if (!/^["\\/bfnrt]/.test(this.text[at + 1])) throw new Wrong("escape", at);
          at += 2;
        }
      }
      const piece = this.text.slice(start, at + 1);
      const string = piece.includes("\\") ? JSON.parse(piece) : piece.slice(1, -1);
      if (string.includes("\0")) throw new Wrong("nul", start);
      // A half that was typed as such leaves the browser as U+FFFD.
      if (piece.includes("\\u") && /\p{Surrogate}/u.test(string)) throw new Wrong("surrogate", start);
      this.take(piece);
      return string;
    }

    readWord() {
      const start = this.at;
      const word = this.match(WORD);
      const number = this.match(NUMBER);
      if (CONSTANTS.includes(word)) throw new Wrong("constant", start, word);
      if (number && number === word) this.checkNumber(number);
      else if (number) throw new Wrong("number", start, word.slice(0, 20));
      else if (!["true", "false", "null"].includes(word)) throw new Wrong("value", start);
      this.take(word);
    }

    checkNumber(digits) {
      const [mantissa, exponent = ""] = digits.toLowerCase().split("e");
      const value = Number(digits);
      const isLost = !Number.isFinite(value) || (value === 0 && /[1-9]/.test(mantissa));
      if (isLost || exponent.length > MAX_EXPONENT_CHARACTERS) throw new Wrong("range", this.at);
      this.added += Math.abs(Number(exponent));
      if (this.added > this.limits.added) throw new Wrong("exponents", this.at);
      const decimals = (mantissa.split(".")[1] ?? "").length - Number(exponent);
      if (decimals > this.limits.decimals) throw new Wrong("decimals", this.at);
    }
  }

  // Returns { pieces } of valid JSON, { isBlank } or { cause, at, text }, where `at` may be missing.
  const check = (text, limits) => {
    if (BLANK.test(text)) return { isBlank: true };
    const size = 3 * text.length > limits.bytes ? new TextEncoder().encode(text).length : 0;
    if (size > limits.bytes) return { cause: "long", size };
    if (text.startsWith("\ufeff")) return { cause: "mark", at: 0 };
    try {
      return { pieces: new Reader(text, limits).read() };
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      return { cause: error.cause, at: error.at, text: error.text };
    }
  };

  const format = (pieces) => {
    const lines = [];
    let line = "";
    let depth = 0;
    const wrap = () => {
      lines.push(line);
      line = "  ".repeat(depth);
    };
    pieces.forEach((piece, place) => {
      const before = pieces[place - 1];
      if ((piece === "]" || piece === "}") && (depth -= 1) >= 0 && !"[{".includes(before)) wrap();
      else if ((before === "[" || before === "{") && piece !== "]" && piece !== "}") wrap();
      line += piece === ":" ? ": " : piece;
      if (piece === "[" || piece === "{") depth += 1;
      if (piece === ",") wrap();
    });
    return [...lines, line].join("\n");
  };

  return { check, format };
})();
