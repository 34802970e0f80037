// Runs in the head, before the first paint: the remembered theme, else the system's.
type Theme = 'dark' | 'light';

const dark = matchMedia('(prefers-color-scheme: dark)');

function remembered(): Theme | null {
  const value = localStorage.getItem('theme');
  return value === 'dark' || value === 'light' ? value : null;
}

function apply(): void {
  const theme = remembered() ?? (dark.matches ? 'dark' : 'light');
  if (document.documentElement.dataset.theme === theme) return;
  document.documentElement.dataset.theme = theme;
  dispatchEvent(new CustomEvent('pp-theme'));
}

apply();
dark.addEventListener('change', apply);
addEventListener('storage', apply);
addEventListener('click', event => {
  if (!(event.target instanceof Element) || !event.target.closest('[data-toggle-theme]')) return;
  localStorage.setItem('theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  apply();
});
