// The focus is never lost: when what has it is drawn anew, moved, switched off for a while or gone, it goes to its like, or to what stands in its place.
const focusable = ':is(a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]):not(:disabled)';

let held: HTMLElement | null = null; // what has the focus, or had it until it was taken away
let mark = ''; // by which its like is known
let standsIn = false; // it was not chosen: should the like of what is gone come back, that is chosen again

const main = document.querySelector('main');
if (main) watch(main);

function watch(main: HTMLElement): void {
  addEventListener('focusin', event => {
    if (event.target === held) return;
    if (event.target instanceof HTMLElement && main.contains(event.target)) hold(event.target);
    else held = null;
  });
  // Who leaves by the keyboard, or presses beside it, has not lost it.
  addEventListener('focusout', event => {
    const left = event.target as Element;
    setTimeout(() => {
      if (held === left && isNowhere() && left.isConnected && !left.matches(':disabled')) held = null;
    });
  });
  for (const act of ['keydown', 'pointerdown']) addEventListener(act, () => standsIn = false, true);
  new MutationObserver(changes => keep(main, changes)).observe(main, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] });
}

function keep(main: HTMLElement, changes: MutationRecord[]): void {
  if (!held || !(standsIn || isNowhere())) return;
  const like = held.isConnected && !standsIn ? held : allIn(main).find(element => markOf(element) === mark);
  if (like) {
    standsIn = false;
    like.focus({ preventScroll: true });
  } else if (isNowhere()) {
    if (!held.isConnected) [held, standsIn] = [placeOf(main, held, changes), true];
    held.focus();
  }
}

function hold(element: HTMLElement): void {
  [held, mark, standsIn] = [element, markOf(element), false];
}

function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

function markOf(element: HTMLElement): string {
  const label = (element as HTMLInputElement).labels?.[0]?.firstChild?.textContent;
  const name = element.getAttribute('aria-label') ?? label ?? (element.title || element.getAttribute('href')) ?? element.textContent;
  return [element.tagName, element.id, element.getAttribute('name'), name?.trim()].join('\u0001');
}

// The next after what is gone, or the one before, or what they are all in.
function placeOf(main: HTMLElement, gone: Node, changes: MutationRecord[]): HTMLElement {
  let [inside, before]: [Node, Node | null] = [gone, null];
  for (const { target, removedNodes, previousSibling } of changes) {
    if ([...removedNodes].some(node => node.contains(inside))) [inside, before] = [target, previousSibling];
  }
  for (let element = inside instanceof HTMLElement && main.contains(inside) ? inside : main; ; [before, element] = [element, element.parentElement!]) {
    const all = allIn(element);
    const next = before ? all.find(other => follows(before!, other)) : all[0];
    if (next || all.length > 0) return next ?? all.at(-1)!;
    if (element === main || element.matches('[tabindex]')) return element;
  }
}

function follows(node: Node, other: Node): boolean {
  return !node.contains(other) && (node.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

function allIn(element: Element): HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>(focusable)].filter(found => found.checkVisibility());
}
