interface Size {
  /** As if every alias were written out; infinite where something contains itself. */
  readonly values: number;
  readonly levels: number;
}

interface Frame {
  readonly value: object;
  readonly parts: Iterator<unknown>;
  values: number;
  levels: number;
}

const one: Size = { values: 1, levels: 1 };

/** How large a value is for whoever walks through it without remembering where he was. Goes through each object once itself. */
export function sizeOf(root: unknown): Size {
  const known = new Map<unknown, Size>();
  const frames: Frame[] = [];
  const enter = (value: object) => {
    known.set(value, { values: Number.POSITIVE_INFINITY, levels: Number.POSITIVE_INFINITY }); // until it is left
    frames.push({ value, parts: Object.values(value)[Symbol.iterator](), values: 1, levels: 1 });
  };
  const add = (frame: Frame | undefined, { values, levels }: Size) => {
    if (!frame) return;
    frame.values += values;
    frame.levels = Math.max(frame.levels, levels + 1);
  };
  if (!isObject(root)) return one;
  enter(root);
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    const next = frame.parts.next();
    if (next.done) {
      frames.pop();
      known.set(frame.value, frame);
      add(frames.at(-1), frame);
    } else if (!isObject(next.value)) add(frame, one);
    else {
      const size = known.get(next.value);
      if (size) add(frame, size);
      else enter(next.value);
    }
  }
  return known.get(root)!;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
