import './status';
import './reconnect';
import './numbers';
import './timeRange';
import './chart';
import './forecast';
import './lastSeen';
import './choice';
import './focus';
import { call } from './api';
import { startOfDay } from './format';

// For the interactive pages: changes go through the public API with the session's cookie.
declare global {
  interface Window {
    perfplatform: {
      call: (method: string, path: string, body: string | null) => Promise<{ status: number; body: string; detail: string | null }>;
      startOfDay: (day: string) => string;
    };
  }
}

window.perfplatform = {
  call: async (method, path, body) => {
    const answer = await call(method, path, body === null ? undefined : JSON.parse(body) as unknown);
    return { status: answer.status, body: answer.body === null ? '' : JSON.stringify(answer.body), detail: answer.detail };
  },
  startOfDay,
};

// Lines to copy: the text before the button.
addEventListener('click', event => {
  if (!(event.target instanceof HTMLButtonElement) || !event.target.matches('[data-copy]')) return;
  const button = event.target;
  const said = button.textContent;
  void navigator.clipboard.writeText(button.previousElementSibling?.textContent ?? '').then(() => button.textContent = 'Copied', () => button.textContent = 'Not copied: select the lines').finally(() => setTimeout(() => button.textContent = said, 2000));
});
