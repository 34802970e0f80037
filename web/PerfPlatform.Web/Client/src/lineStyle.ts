// What tells lines apart: one colour for one thing on every page, found from its name alone, and a dash where a chart has two lines of a colour.
export interface LineStyle { colour: number; dash: number[] }

export const colours = 8;
const dashes = [[], [6, 4], [2, 3], [10, 3, 2, 3], [14, 4], [6, 3, 2, 3, 2, 3]];

// Things that are often seen together get colours that differ; both ways of a flow have the same everywhere.
const known: Record<string, number> = {};
for (const [colour, names] of [
  'cpu|all cores|memory|used|user|read|receive|received|in|rx|1 min|faults|errors',
  'swap|system|buffers|write|written|transmit|transmitted|sent|out|tx|5 min|operations|drops',
  'free|nice|15 min|running',
  'cached|iowait|sleeping',
  'steal|blocked',
  'interrupt|irq|zombie',
  'softirq|stopped',
].entries()) {
  for (const name of names.split('|')) known[name] = colour;
}

// Names that differ in their last letter or number (web-1, web-2; sda, sdb) are neighbours: they get neighbouring colours.
export function colour(name: string): number {
  const text = name.toLowerCase();
  const fixed = known[text];
  if (fixed !== undefined) return fixed;
  const [, stem, tail] = /^(.*?)(\d{1,9}|.?)$/su.exec(text)!;
  let hash = 0;
  for (const letter of stem!) hash = (hash * 31 + letter.codePointAt(0)!) >>> 0;
  return (hash + (/^\d+$/.test(tail!) ? Number(tail) : tail!.codePointAt(0) ?? 0)) % colours;
}

// The lines of one chart in their order; no two are alike.
export function styles(names: string[]): LineStyle[] {
  const taken = new Array<number>(colours).fill(0);
  return names.map(name => {
    let hue = colour(name);
    while (taken[hue]! >= dashes.length) hue = (hue + 1) % colours; // a chart has fewer lines than there are styles
    return { colour: hue, dash: dashes[taken[hue]!++]! };
  });
}
