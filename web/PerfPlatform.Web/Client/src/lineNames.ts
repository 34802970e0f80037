// What lines are called, and the order of names.
export interface Named { query: number; labels: Record<string, string> }

export interface NamedQuery { metric: string; name?: string; legend?: string }

export interface LineName { text: string; thing: string }

// A line's name is the query's, with the value of the label that the legend shows or of the labels that differ. A line that differs in nothing has its metric's name;
// what it is of, and so its colour, is then its host.
export function nameLines(lines: Named[], queries: NamedQuery[]): LineName[] {
  const differing = queries.map((_, query) => differ(lines.filter(line => line.query === query)));
  return lines.map(line => {
    const query = queries[line.query]!;
    const shown = query.legend ? [query.legend] : differing[line.query]!;
    const values = shown.map(name => line.labels[name]).filter(value => value !== undefined && value !== '').join(' ');
    const text = [query.name, values].filter(Boolean).join(' ');
    return { text: text || query.metric, thing: text || (line.labels['host.name'] ?? query.metric) };
  });
}

const collator = new Intl.Collator('en', { numeric: true });

// As a person orders names: numbers by size, also within names.
export function compareNames(a: string, b: string): number {
  const [x, y] = [number(a), number(b)];
  return x !== null && y !== null && x !== y ? x - y : collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

function differ(lines: Named[]): string[] {
  const names = new Set(lines.flatMap(line => Object.keys(line.labels)));
  return [...names].filter(name => lines.some(line => line.labels[name] !== lines[0]!.labels[name])).sort();
}

function number(text: string): number | null {
  if (text === '+Inf') return Infinity;
  const value = text.trim() === '' ? NaN : Number(text);
  return Number.isNaN(value) ? null : value;
}
