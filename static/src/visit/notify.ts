import { byId, show, write } from './page.ts';

/** Offers a notification for when the visitor is admitted, if the browser has them; asks the browser only when pressed. */
export function offerNotification(text: (id: string) => string): void {
  const button = byId('notify');
  show(button, button !== null && canAsk());
  button?.addEventListener(
    'click',
    async () => {
      const answer = await Notification.requestPermission().catch(() => 'denied');
      const held = document.activeElement === button;
      show(button, false);
      write(byId('notify-answer'), text(answer === 'granted' ? 'visit.notifyYes' : 'visit.notifyNo'));
      if (held) byId('waiting-title')?.focus();
    },
    { once: true },
  );
}

/** Notifies a visitor who allowed it and looks at another page. */
export function notify(title: string, body: string): void {
  if (!document.hidden || typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
  try {
    const note = new Notification(title, { body, tag: 'anteroom' });
    note.onclick = () => {
      focus();
      note.close();
    };
  } catch {
    // Phones have notifications for installed pages alone.
  }
}

/** Chrome on Android has the class, and throws when a page uses it; elsewhere nothing is shown without leave. */
function canAsk(): boolean {
  if (typeof Notification === 'undefined' || Notification.permission !== 'default') return false;
  try {
    new Notification('').close();
    return true;
  } catch {
    return false;
  }
}
