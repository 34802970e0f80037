export type Format = 'percent' | 'bytes' | 'byterate' | 'seconds' | 'perminute' | 'count' | 'number' | 'rate';

// Bytes are counted in one way everywhere: memory, disks and networks in powers of two.
const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const decimal = ['', 'k', 'M', 'G', 'T'];

// Three significant digits, so that a changing number keeps its width.
function digits(value: number): string {
  const size = Math.abs(value);
  return size === 0 ? '0' : size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : size >= 0.01 ? value.toFixed(2) : value.toPrecision(2);
}

function scaled(value: number, base: number, units: string[]): string {
  let i = 0;
  while (Math.abs(value) >= base && i < units.length - 1) {
    value /= base;
    i++;
  }
  return units[i] === '' ? digits(value) : `${i === 0 && Number.isInteger(value) ? value : digits(value)} ${units[i]}`;
}

export function format(value: number | null, kind: Format): string {
  if (value === null) return '–';
  switch (kind) {
    case 'percent': return `${(value * 100).toFixed(1)} %`;
    case 'bytes': return scaled(value, 1024, binary);
    case 'byterate': return `${scaled(value, 1024, binary)}/s`;
    case 'seconds':
      if (value !== 0 && Math.abs(value) < 0.001) return `${digits(value * 1e6)} µs`;
      if (value !== 0 && Math.abs(value) < 1) return `${digits(value * 1000)} ms`;
      if (Math.abs(value) >= 172_800) return `${digits(value / 86_400)} d`;
      if (Math.abs(value) >= 180 && Math.abs(value) < 7200) return `${digits(value / 60)} min`;
      return Math.abs(value) >= 7200 ? `${digits(value / 3600)} h` : `${digits(value)} s`;
    case 'perminute': return digits(value * 60);
    case 'rate': return `${scaled(value, 1000, decimal)}/s`;
    case 'count': return Number.isInteger(value) && Math.abs(value) < 10_000 ? String(value) : scaled(value, 1000, decimal);
    default: return scaled(value, 1000, decimal);
  }
}

// Axis labels: the same, without digits that say nothing.
export function axis(value: number, kind: Format): string {
  if (kind === 'percent') return `${+(value * 100).toFixed(1)} %`;
  if (kind === 'perminute') return String(+(value * 60).toFixed(2));
  return format(value, kind).replace(/(\.\d*?)0+(?= |$|\/)/, '$1').replace(/\.(?= |$|\/)/, '');
}

export function clock(time: number, withDate = false): string {
  const date = new Date(time);
  const text = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  return withDate ? `${date.toLocaleDateString([], { day: '2-digit', month: '2-digit' })} ${text}` : text;
}

export function day(time: number): string {
  return new Date(time).toLocaleDateString([], { day: '2-digit', month: '2-digit', year: 'numeric' });
}

// The beginning of a day that was typed, as a date field has it.
export function startOfDay(day: string): string {
  return new Date(`${day}T00:00`).toISOString();
}

// A point in time beside others: the day only where it is not today, the year only where it is another.
export function moment(time: number, now = Date.now()): string {
  const [date, today] = [new Date(time), new Date(now)];
  return date.getFullYear() !== today.getFullYear() ? `${day(time)} ${clock(time)}` : clock(time, date.toDateString() !== today.toDateString());
}

// Which zone the page's times are in: the browser's, as its name and its distance from UTC now.
export function zone(): string {
  const minutes = -new Date().getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const offset = minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '-' : '+'}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return !name || name === 'UTC' || name === offset ? offset : `${name.replaceAll('_', ' ')}, ${offset}`;
}
